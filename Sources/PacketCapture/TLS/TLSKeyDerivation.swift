import ByteTransport

/// How keys come from secrets.
struct TLSKeyDerivation {
    let hash: TLSHash
    let cryptography: any RecordCryptography

    /// The PRF of TLS 1.2 (RFC 5246 §5).
    func expand(_ secret: [UInt8], label: String, seed: [UInt8], count: Int) -> [UInt8]? {
        let seed = Array(label.utf8) + seed
        var result: [UInt8] = []
        var chain = seed
        while result.count < count {
            guard let next = cryptography.authenticationCode(hash, key: secret, message: chain),
                let part = cryptography.authenticationCode(hash, key: secret, message: next + seed)
            else { return nil }
            chain = next
            result += part
        }
        return Array(result.prefix(count))
    }

    /// HKDF-Expand-Label of TLS 1.3 with an empty context (RFC 8446 §7.1).
    func expandLabel(_ secret: [UInt8], _ label: String, count: Int) -> [UInt8]? {
        let name = Array("tls13 \(label)".utf8)
        let info =
            [UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count), UInt8(name.count)] + name + [0]
        var result: [UInt8] = []
        var part: [UInt8] = []
        var index: UInt8 = 1
        while result.count < count {
            guard let next = cryptography.authenticationCode(hash, key: secret, message: part + info + [index]) else {
                return nil
            }
            part = next
            result += part
            index += 1
        }
        return Array(result.prefix(count))
    }
}
