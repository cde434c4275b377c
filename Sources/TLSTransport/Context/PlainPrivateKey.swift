internal import COpenSSL

/// Makes keys of OpenSSL from the DER of a private key that is not encrypted.
///
/// Each function returns nil for what it does not know. It reverses numbers in the buffer that it is given, so that the
/// buffer is of no further use.
enum PlainPrivateKey {
    /// PrivateKeyInfo (RFC 5208): RSA or elliptic curve.
    static func pkcs8(_ der: UnsafeMutableBufferPointer<UInt8>) -> OpaquePointer? {
        var outer = DERReader(der)
        guard var fields = outer.sequence(), fields.next(.integer) != nil, var algorithm = fields.sequence(),
            let kind = algorithm.next(.objectIdentifier), let key = fields.next(.octetString)
        else { return nil }
        switch Array(kind) {
        case Identifier.rsa: return rsa(key)
        case Identifier.ellipticCurve: return ellipticCurve(key, curve: algorithm.next(.objectIdentifier))
        default: return nil
        }
    }

    /// RSAPrivateKey (RFC 8017, A.1.2).
    static func rsa(_ der: UnsafeMutableBufferPointer<UInt8>) -> OpaquePointer? {
        var outer = DERReader(der)
        guard var fields = outer.sequence(), let version = fields.next(.integer), Array(version) == [0] else {
            return nil
        }
        var numbers: [cossl_bytes] = []
        for _ in 0..<8 {
            // A negative number is an error that OpenSSL reports.
            guard let number = fields.next(.integer), let first = number.first, first < 0x80 else { return nil }
            numbers.append(littleEndian(number))
        }
        return cossl_rsa_key(numbers)
    }

    /// ECPrivateKey (RFC 5915), with its public point. `curve`: the object identifier that is outside of it, if any.
    static func ellipticCurve(
        _ der: UnsafeMutableBufferPointer<UInt8>, curve: UnsafeMutableBufferPointer<UInt8>?
    ) -> OpaquePointer? {
        var outer = DERReader(der)
        guard var fields = outer.sequence(), fields.next(.integer) != nil, let number = fields.next(.octetString) else {
            return nil
        }
        var curve = curve
        if let parameters = fields.next(.context0) {
            var inner = DERReader(parameters)
            curve = inner.next(.objectIdentifier)
        }
        guard let curve, let name = Identifier.curves[Array(curve)], let publicKey = fields.next(.context1) else {
            return nil
        }
        var inner = DERReader(publicKey)
        // The first byte of a BIT STRING is the number of unused bits.
        guard let bits = inner.next(.bitString), bits.first == 0 else { return nil }
        let point = UnsafeMutableBufferPointer(rebasing: bits.dropFirst())
        return cossl_ec_key(name, littleEndian(number), cossl_bytes(start: point.baseAddress, count: point.count))
    }

    private static func littleEndian(_ number: UnsafeMutableBufferPointer<UInt8>) -> cossl_bytes {
        var number = number
        number.reverse()
        return cossl_bytes(start: number.baseAddress, count: number.count)
    }

    /// Contents of object identifiers.
    private enum Identifier {
        static let rsa: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1]
        static let ellipticCurve: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1]
        /// OpenSSL's names of the curves of RFC 5480.
        static let curves: [[UInt8]: String] = [
            [0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7]: "prime256v1",
            [0x2B, 0x81, 4, 0, 0x22]: "secp384r1",
            [0x2B, 0x81, 4, 0, 0x23]: "secp521r1",
        ]
    }
}
