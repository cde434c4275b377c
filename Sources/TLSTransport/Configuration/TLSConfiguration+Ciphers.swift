internal import COpenSSL

extension TLSConfiguration {
    /// Offers these suites and no others, of all versions: OTP has one list for them. A version for which there is no
    /// suite in it is not offered either.
    ///
    /// - Parameter names: as OpenSSL or the IANA writes them. What is no suite's name, such as OpenSSL's `ALL`, is
    ///   left out.
    /// - Throws: when none of them is the name of a suite of a version that is offered.
    package mutating func offerOnly(_ names: [String]) throws(TLSConfigurationError) {
        let suites = versions.upperBound == .tls13 ? names.filter(Self.isOfTLS13) : []
        let others = versions.lowerBound < .tls13 ? names.filter { !Self.isOfTLS13($0) && Self.isSuite($0) } : []
        guard !suites.isEmpty || !others.isEmpty else {
            throw TLSConfigurationError(cause: .unknownCiphers(names.joined(separator: ":")))
        }
        if suites.isEmpty { versions = versions.lowerBound...min(versions.upperBound, .tls12) }
        if others.isEmpty { versions = .tls13 ... .tls13 }
        cipherSuites = suites.isEmpty ? nil : suites.joined(separator: ":")
        ciphers = others.isEmpty ? nil : others.joined(separator: ":")
    }

    /// The suites of TLS 1.3 know no key exchange (RFC 8446 §B.4).
    private static func isOfTLS13(_ name: String) -> Bool {
        name.hasPrefix("TLS_AES_") || name.hasPrefix("TLS_CHACHA20_")
    }

    /// OpenSSL's words for sets of suites have no hyphen, or begin with one, or hold other signs.
    private static func isSuite(_ name: String) -> Bool {
        guard !name.hasPrefix("-") else { return false }
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                UInt8(ascii: "_"), UInt8(ascii: "a")...UInt8(ascii: "z"):
                true
            default: false
            }
        }
        return isPlain && (name.hasPrefix("TLS_") || name.contains("-"))
    }

    /// `ciphers` with OpenSSL's names in place of the IANA's. The library must have been loaded.
    var cipherList: String? {
        guard let ciphers else { return nil }
        guard ciphers.contains("TLS_") else { return ciphers }
        let names = ciphers.split(separator: ":").compactMap { name -> String? in
            guard name.hasPrefix("TLS_") else { return String(name) }
            // "(NONE)" for what it does not know.
            let own = OPENSSL_cipher_name(String(name)).map { String(cString: $0) }
            return own.flatMap { $0.hasPrefix("(") ? nil : $0 }
        }
        // With a name that it does not know OpenSSL reports that.
        return names.isEmpty ? ciphers : names.joined(separator: ":")
    }
}
