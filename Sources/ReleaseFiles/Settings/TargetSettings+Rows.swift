import ErlangTerm

/// A line of `config view`.
package struct SettingsRow: Hashable, Sendable {
    package var name: String
    /// Empty when nothing is set; a secret is masked.
    package var value: String
    package var origin: String
}

extension TargetSettings {
    /// Every setting in a fixed order, secrets masked.
    package var rows: [SettingsRow] {
        func row<Value>(_ name: String, _ value: Sourced<Value>?, _ text: (Value) -> String) -> SettingsRow {
            SettingsRow(name: name, value: value.map { text($0.value) } ?? "", origin: value?.origin.description ?? "")
        }
        func words(_ list: [String]) -> String { list.joined(separator: " ") }
        return [
            row("context", context) { $0 },
            row("release", release) { $0 },
            row("nodes", nodes, words),
            row("name type", nameType) { $0.rawValue },
            row("cookie", cookie) { "\($0)" },
            row("transport", transport) { $0.rawValue },
            row("address", address) { $0.description },
            row("epmd", epmd) { $0.description },
            row("distribution port", distributionPort) { "\($0)" },
            row("optfile", optfile) { $0 },
            row("ca", tls.ca) { $0 },
            row("cert", tls.certificate) { $0 },
            row("key", tls.key) { $0 },
            row("key password", tls.keyPassword) { "\($0)" },
            row("server name", tls.serverName) { $0.description },
            row("versions", tls.versions, words),
            row("ciphers", tls.ciphers, words),
            row("depth", tls.depth) { "\($0)" },
            row("verify", tls.verifiesPeer) { $0 ? "verify_peer" : "verify_none" },
            row("timeout", timeoutMilliseconds) { "\($0) ms" },
            row("mode", mode) { $0.rawValue },
        ]
    }
}
