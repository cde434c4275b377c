import ReleaseFiles

extension SettingRow {
    /// How the node's SSH daemon is reached, of OpenSSH's settings too, where it is.
    static func secureShellRows(of settings: NodeSettings) -> [SettingRow] {
        var rows: [SettingRow] = []
        func add<Value>(_ name: String, _ setting: Sourced<Value>?, _ shown: (Value) -> String) {
            if let setting { rows.append(SettingRow(name, setting, shown)) }
        }
        let options = settings.sshOptions
        guard settings.transport.value == .ssh || settings.goesOnOverSSH else { return [] }
        add("known_hosts", options.knownHosts) { $0 }
        add("host_key_fingerprint", options.fingerprints) { $0.map(\.description).joined(separator: " ") }
        add("ssh_config", options.configuration) { $0 }
        add("ssh_password", options.password) { $0.description }
        guard let ssh = settings.secureShell else {
            add("identity", options.identities) { $0.joined(separator: " ") }
            return rows
        }
        add("ssh_host", ssh.host) { $0 }
        add("ssh_port", ssh.port) { String($0) }
        add("ssh_user", ssh.user) { $0 }
        for file in ssh.identityFiles { add("identity", file) { $0.path } }
        for file in ssh.certificateFiles { add("ssh_certificate", file) { $0.path } }
        add("identities_only", ssh.identitiesOnly) { $0 ? "yes" : "no" }
        add("ssh_agent", ssh.agent) { $0.description }
        if !ssh.jumps.value.isEmpty {
            add("proxy_jump", ssh.jumps) { $0.map(\.description).joined(separator: ",") }
        }
        add("proxy_command", ssh.proxyCommand) { $0 }
        if options.knownHosts == nil {
            add("user_known_hosts", ssh.userKnownHosts) { $0.joined(separator: " ") }
            add("global_known_hosts", ssh.globalKnownHosts) { $0.joined(separator: " ") }
        }
        add("host_key_checking", ssh.strictness) { $0.rawValue }
        add("host_key_alias", ssh.hostKeyAlias) { $0 }
        add("host_key_algorithms", ssh.hostKeyAlgorithms) { $0.description }
        add("ciphers", ssh.algorithms[.ciphers]) { $0.description }
        add("macs", ssh.algorithms[.messageCodes]) { $0.description }
        add("kex_algorithms", ssh.algorithms[.keyExchanges]) { $0.description }
        if options.password != nil || ssh.methods.origin != .fallback {
            add("ssh_methods", ssh.methods) { methods in
                methods.filter { options.password != nil || $0 == .publicKey }.map(\.rawValue).joined(separator: ",")
            }
        }
        if case .asked? = options.password?.value { add("password_prompts", ssh.passwordPrompts) { String($0) } }
        add("hash_known_hosts", ssh.hashesKnownHosts) { $0 ? "yes" : "no" }
        add("revoked_host_keys", ssh.revokedHostKeys) { $0 }
        return rows
    }
}
