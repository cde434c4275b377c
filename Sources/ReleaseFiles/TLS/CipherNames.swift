import ErlangTerm

/// The suites that a value of `ciphers` names: `["A", "B"]`, `"A:B"`, or suites as `ssl:cipher_suites/2` gives them.
struct CipherNames {
    /// As OpenSSL or the IANA writes them.
    let names: [String]

    /// Nil for what is none of these.
    init?(_ value: Term) {
        if case .list(let suites) = value, suites.first?.integer == nil {
            var names: [String] = []
            for suite in suites {
                guard let name = Self.name(of: suite) else { return nil }
                names.append(name)
            }
            self.names = names
        } else if let text = value.text {
            names = text.split(separator: ":").map(String.init)
        } else {
            return nil
        }
    }

    private static func name(of suite: Term) -> String? {
        guard case .map(let pairs) = suite else {
            guard case .list = suite else { return nil }
            return suite.text
        }
        var parts: [String: String] = [:]
        for pair in pairs {
            guard let key = pair.key.text, case .atom(let value) = pair.value else { return nil }
            parts[key] = value.name.uppercased()
        }
        guard let exchange = parts["key_exchange"], let cipher = parts["cipher"], let mac = parts["mac"],
            let prf = parts["prf"]
        else { return nil }
        // TLS 1.3 knows no key exchange (RFC 8446 §B.4); an AEAD has no MAC of its own.
        let start = exchange == "ANY" ? "TLS_" : "TLS_\(exchange)_WITH_"
        if mac != "AEAD" { return "\(start)\(cipher)_\(mac)" }
        return exchange != "ANY" && cipher.contains("CCM") ? start + cipher : "\(start)\(cipher)_\(prf)"
    }
}
