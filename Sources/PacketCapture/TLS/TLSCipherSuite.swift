import ByteTransport

/// A cipher suite by its number.
package struct TLSCipherSuite: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", as IANA names it; "0x1234" for what has no name here.
    package var name: String {
        if let name = TLSCipherSuiteNames.all[rawValue] { return name }
        let digits = String(rawValue, radix: 16)
        return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// A suite that exists only to say something else (RFC 5746 §3.3, RFC 7507) or nothing (RFC 8701).
    package var isSignal: Bool { rawValue == 0x00FF || rawValue == 0x5600 || TLSVersion.isGrease(rawValue) }

    /// How records of this suite are protected; nil where they cannot be opened here (3DES, RC4, Camellia, ARIA, ...).
    ///
    /// It is read out of the name: behind `WITH` come cipher and hash. The hash is that of the key derivation, and for
    /// CBC that of the record's code as well, save that the derivation uses SHA-256 where the name says SHA.
    var protection: TLSSuiteProtection? {
        guard let name = TLSCipherSuiteNames.all[rawValue] else { return nil }
        let words = name.split(separator: "_")
        let isThirteen = rawValue >> 8 == 0x13
        let start = isThirteen ? 1 : (words.firstIndex(of: "WITH") ?? words.count) + 1
        guard start < words.count else { return nil }
        let cipher = words[start...].joined(separator: "_")
        for (prefix, algorithm) in Self.algorithms where cipher.hasPrefix(prefix) {
            let rest = cipher.dropFirst(prefix.count)
            let hash: TLSHash? =
                switch rest {
                case "_SHA": .sha1
                case "_SHA256", "": .sha256
                case "_SHA384": .sha384
                default: nil
                }
            guard let hash else { return nil }
            return TLSSuiteProtection(
                algorithm: algorithm, derivationHash: hash == .sha1 ? .sha256 : hash, codeHash: hash)
        }
        return nil
    }

    /// Longer names first: the first prefix that fits counts.
    private static let algorithms: [(String, TLSSuiteProtection.Algorithm)] = [
        ("AES_128_GCM", .sealed(.aes128GCM)), ("AES_256_GCM", .sealed(.aes256GCM)),
        ("AES_128_CCM_8", .sealed(.aes128CCM8)), ("AES_256_CCM_8", .sealed(.aes256CCM8)),
        ("AES_128_CCM", .sealed(.aes128CCM)), ("AES_256_CCM", .sealed(.aes256CCM)),
        ("CHACHA20_POLY1305", .sealed(.chaCha20Poly1305)),
        ("AES_128_CBC", .blocks(keyBytes: 16)), ("AES_256_CBC", .blocks(keyBytes: 32)),
        ("NULL", .none),
    ]
}

/// What protects the records of a suite.
struct TLSSuiteProtection: Hashable, Sendable {
    enum Algorithm: Hashable, Sendable {
        case sealed(TLSAuthenticatedCipher)
        /// AES-CBC with a code of its own.
        case blocks(keyBytes: Int)
        /// A code, and nothing hidden.
        case none
    }

    var algorithm: Algorithm
    var derivationHash: TLSHash
    var codeHash: TLSHash

    /// Bytes of the key that opens records.
    var keyBytes: Int {
        switch algorithm {
        case .sealed(let cipher): cipher.keyBytes
        case .blocks(let keyBytes): keyBytes
        case .none: 0
        }
    }
}
