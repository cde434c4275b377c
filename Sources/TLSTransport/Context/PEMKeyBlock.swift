internal import COpenSSL

/// The first private key of a PEM text, decoded from base64 and otherwise as it is in the text.
struct PEMKeyBlock: ~Copyable {
    private let label: String
    private let isEncrypted: Bool
    /// Owned; overwritten before it is freed.
    private let der: UnsafeMutableBufferPointer<UInt8>

    /// Nil when the text has no private key.
    init?(firstIn bytes: [UInt8]) {
        let found = bytes.withUnsafeBytes { raw -> (String, Bool, UnsafeMutableBufferPointer<UInt8>)? in
            guard let bio = BIO_new_mem_buf(raw.baseAddress, Int32(raw.count)) else { return nil }
            defer { BIO_free(bio) }
            var name: UnsafeMutablePointer<CChar>?
            var header: UnsafeMutablePointer<CChar>?
            var data: UnsafeMutablePointer<UInt8>?
            var count = 0
            while PEM_read_bio(bio, &name, &header, &data, &count) == 1 {
                let label = name.map { String(cString: $0) } ?? ""
                let isEncrypted = label.hasPrefix("ENCRYPTED") || header?.pointee != 0
                CRYPTO_free(name, nil, 0)
                CRYPTO_free(header, nil, 0)
                if label.hasSuffix("PRIVATE KEY"), let data {
                    return (label, isEncrypted, UnsafeMutableBufferPointer(start: data, count: count))
                }
                CRYPTO_free(data, nil, 0)
            }
            return nil
        }
        guard let found else { return nil }
        (label, isEncrypted, der) = found
    }

    deinit { CRYPTO_clear_free(der.baseAddress, der.count, nil, 0) }

    /// The key, which the caller frees, for RSA and the NIST curves without encryption.
    ///
    /// Nil for everything else, and for a damaged key: OpenSSL's decoders know all kinds and report what is wrong.
    consuming func plainKey() -> OpaquePointer? {
        if isEncrypted { return nil }
        switch label {
        case "PRIVATE KEY": return PlainPrivateKey.pkcs8(der)
        case "EC PRIVATE KEY": return PlainPrivateKey.ellipticCurve(der, curve: nil)
        case "RSA PRIVATE KEY": return PlainPrivateKey.rsa(der)
        default: return nil
        }
    }
}
