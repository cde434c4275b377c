import ErlangTerm
import ReleaseFiles

/// One line of `config view`.
struct SettingRow: Hashable, Sendable {
    var name: String
    var value: String
    /// `flag --node`, `environment ERLCLU_NODE`, `context prod (FILE:LINE)`, `default`.
    var origin: String

    init<Value>(_ name: String, _ setting: Sourced<Value>, _ shown: (Value) -> String) {
        self.name = name
        value = shown(setting.value)
        origin = setting.origin.description
    }

    private init(notRead name: String, _ problem: String) {
        self.name = name
        value = "not read"
        origin = problem
    }

    /// All settings in force, in the order of the options. Of the cookie only its origin is shown.
    static func rows(of settings: NodeSettings) -> [SettingRow] {
        var rows = [SettingRow("nodes", settings.nodes) { $0.joined(separator: " ") }]
        if let problem = settings.nameProblem { rows[0] = SettingRow(notRead: "nodes", problem) }
        func add<Value>(_ name: String, _ setting: Sourced<Value>?, _ shown: (Value) -> String) {
            if let setting { rows.append(SettingRow(name, setting, shown)) }
        }
        add("name_type", settings.nameType) { $0.rawValue }
        add("context", settings.context) { $0 }
        add("release", settings.release) { $0 }
        add("address", settings.address) { $0.description }
        add("via", settings.via) { $0.description }
        add("ssh", settings.ssh) { $0.description }
        rows += secureShellRows(of: settings)
        add("epmd", settings.epmd) { $0.description }
        add("distribution_port", settings.distributionPort) { String($0) }
        add("transport", settings.transport) { $0.rawValue }
        if settings.goesOnOverSSH {
            add("fallback", settings.ssh) { "ssh (\($0)), where distribution does not come up" }
        }
        add("optfile", settings.optfile) { $0 }
        add("ca", settings.tls.ca) { $0 }
        add("cert", settings.tls.certificate) { $0 }
        add("key", settings.tls.key) { $0 }
        add("key_password", settings.tls.keyPassword) { _ in "(masked)" }
        add("server_name", settings.tls.serverName) { $0.description }
        add("versions", settings.tls.versions) { $0.joined(separator: " ") }
        add("ciphers", settings.tls.ciphers) { $0.joined(separator: " ") }
        add("depth", settings.tls.depth) { String($0) }
        add("wildcards", settings.tls.allowsWildcards) { $0 ? "as with https" : "none" }
        add("crl_check", settings.tls.revocation) { check in
            "\(check.isBestEffort ? "best_effort" : check.coversIssuers ? "true" : "peer") \(check.directory)"
        }
        for demand in settings.tls.unmet { rows.append(SettingRow("not_checked", demand) { $0 }) }
        add("verify", settings.tls.verifiesPeer) { $0 ? "verify_peer" : "verify_none" }
        add("cookie", settings.cookie) { _ in "(masked)" }
        if let problem = settings.cookieProblem { rows.append(SettingRow(notRead: "cookie", problem)) }
        let timeout = settings.timeoutMilliseconds
        add("timeout", timeout) { timeout.origin == .fallback ? "that of the verb" : Duration.milliseconds($0).typed }
        add("mode", settings.mode) { $0.rawValue }
        add("accepted", settings.accepted) { $0.joined(separator: " ") }
        add("lang", settings.language) { $0.rawValue }
        return rows
    }
}
