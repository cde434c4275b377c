import ReleaseFiles

extension SettingRow {
    /// A row for each setting that has a value; secrets are masked by their type.
    static func all(of settings: TargetSettings) -> [SettingRow] {
        var rows: [SettingRow] = []
        func add<Value>(_ name: String, _ setting: Sourced<Value>?, _ text: (Value) -> String = { "\($0)" }) {
            guard let setting else { return }
            rows.append(SettingRow(name: name, value: text(setting.value), origin: "\(setting.origin)"))
        }
        add("nodes", settings.nodes) { $0.isEmpty ? "-" : $0.joined(separator: ", ") }
        add("name type", settings.nameType) { $0.rawValue }
        add("cookie", settings.cookie)
        add("transport", settings.transport) { $0.rawValue }
        add("address", settings.address)
        add("epmd", settings.epmd)
        add("distribution port", settings.distributionPort)
        add("optfile", settings.optfile)
        add("ca", settings.tls.ca)
        add("cert", settings.tls.certificate)
        add("key", settings.tls.key)
        add("key password", settings.tls.keyPassword)
        add("server name", settings.tls.serverName)
        add("versions", settings.tls.versions) { $0.joined(separator: ", ") }
        add("ciphers", settings.tls.ciphers) { $0.joined(separator: ", ") }
        add("depth", settings.tls.depth)
        add("verify peer", settings.tls.verifiesPeer)
        add("timeout", settings.timeoutMilliseconds) { "\($0) ms" }
        add("mode", settings.mode) { $0.rawValue }
        add("context", settings.context)
        add("release", settings.release)
        return rows
    }
}
