/// Names of algorithms, the preferred one first, as a setting of `ssh_config` has them.
package struct AlgorithmList: Hashable, Sendable, CustomStringConvertible {
    package private(set) var names: [String] = []
    /// What was asked for and is not known here.
    package private(set) var unknown: [String] = []

    /// - Parameters:
    ///   - written: a list of its own, or what `+` adds to the usual one, `-` takes away, and `^` puts in front. Wildcards
    ///     stand for all that match.
    ///   - usual: what is asked for without a setting.
    ///   - further: what is known besides.
    init(_ written: String, usual: [String], further: [String]) {
        let sign = written.first.flatMap { "+-^".contains($0) ? $0 : nil }
        let patterns = written.dropFirst(sign == nil ? 0 : 1).split(separator: ",").map(String.init)
        func matching(_ pattern: String) -> [String] {
            (usual + further).filter { HostPattern.matches($0, pattern) }
        }
        let named = patterns.flatMap(matching)
        let all: [String] =
            switch sign {
            case "+": usual + named
            case "-": usual.filter { !named.contains($0) }
            case "^": named + usual
            default: named
            }
        for name in all where !names.contains(name) { names.append(name) }
        if sign != "-" { unknown = patterns.filter { matching($0).isEmpty } }
    }

    package var description: String {
        names.joined(separator: ",")
            + (unknown.isEmpty ? "" : " (not known here: \(unknown.joined(separator: ",")))")
    }
}

/// What both sides of a connection agree on in the key exchange, beside the algorithm of the host's key.
package enum AgreedAlgorithm: CaseIterable, Sendable {
    case ciphers
    /// MACs.
    case messageCodes
    case keyExchanges

    /// Of `ssh_config`.
    package var keyword: String {
        switch self {
        case .ciphers: "Ciphers"
        case .messageCodes: "MACs"
        case .keyExchanges: "KexAlgorithms"
        }
    }

    /// Those that libssh 0.10 asks for by itself.
    private var usual: [String] {
        switch self {
        case .ciphers:
            [
                "chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "aes256-ctr",
                "aes192-ctr", "aes128-ctr",
            ]
        case .messageCodes:
            ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"]
        case .keyExchanges:
            [
                "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384",
                "ecdh-sha2-nistp521", "diffie-hellman-group18-sha512", "diffie-hellman-group16-sha512",
                "diffie-hellman-group-exchange-sha256", "diffie-hellman-group14-sha256",
            ]
        }
    }

    /// Those that it knows besides, none of which is thought safe any more.
    private var further: [String] {
        switch self {
        case .ciphers: ["aes256-cbc", "aes192-cbc", "aes128-cbc", "3des-cbc"]
        case .messageCodes: ["hmac-sha1-etm@openssh.com", "hmac-sha1"]
        case .keyExchanges:
            ["diffie-hellman-group14-sha1", "diffie-hellman-group-exchange-sha1", "diffie-hellman-group1-sha1"]
        }
    }

    func list(_ written: String) -> AlgorithmList { AlgorithmList(written, usual: usual, further: further) }
}
