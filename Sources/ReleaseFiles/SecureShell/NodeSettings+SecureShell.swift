extension NodeSettings {
    /// Adds how OpenSSH would reach the node's daemon.
    mutating func readSecureShell(_ files: any FileSource, _ user: SecureShellUser) throws(SettingsError) {
        guard let ssh else { return }
        let resolver = SecureShellResolver(files: files, user: user, configuration: sshOptions.configuration)
        let settings = try resolver.resolve(SecureShellResolver.Request(ssh, sshOptions))
        secureShell = settings
        for warning in settings.warnings where !warnings.contains(warning) { warnings.append(warning) }
    }
}

extension SecureShellResolver.Request {
    /// A node's daemon.
    package init(_ choice: Sourced<SecureShellChoice>, _ options: SecureShellOptions) {
        let identities = options.identities.map { given in given.value.map { Sourced($0, given.origin) } }
        self.init(
            host: choice.value.host, user: choice.value.user, port: choice.value.port, origin: choice.origin,
            identities: identities ?? [])
    }
}

extension HostKeyPolicy {
    /// Reads what is known of a node's daemon.
    /// - Parameter node: nil where nobody has named it.
    package init(
        of node: String?, _ settings: SecureShellSettings, _ options: SecureShellOptions, place: String,
        _ files: any FileSource = SystemFiles(), canAsk: Bool
    ) throws(SettingsError) {
        let only = options.knownHosts?.value
        guard let path = only ?? options.usualKnownHosts else {
            throw SettingsError(.configuration, "no place for known host keys: there is no home directory")
        }
        var others: [KnownHostsFile] = []
        for other in settings.userKnownHosts.value + settings.globalKnownHosts.value {
            others.append(try KnownHostsFile.read(other, files))
        }
        // A file that is named limits what is known. What is revoked stays so.
        var revoking: [KnownHostsFile] = []
        if only != nil {
            swap(&others, &revoking)
            if let usual = options.usualKnownHosts { revoking.append(try KnownHostsFile.read(usual, files)) }
        }
        self.init(
            node: node, place: place, hostNames: settings.knownNames, expected: options.fingerprints,
            own: try KnownHostsFile.read(path, files), others: others, revoking: revoking,
            revoked: try Self.revokedKeys(settings.revokedHostKeys, files), strictness: settings.strictness,
            listed: settings.hostKeyAlgorithms?.value.names, hashesNames: settings.hashesKnownHosts.value,
            canAsk: canAsk)
    }

    /// A file of public keys, one a line. Without it nothing is accepted, as by OpenSSH.
    private static func revokedKeys(
        _ file: Sourced<String>?, _ files: any FileSource
    ) throws(SettingsError) -> [HostKey: KnownHostsPlace] {
        guard let path = file?.value else { return [:] }
        let bytes: [UInt8]
        do throws(FileFailure) { bytes = try files.read(path) } catch {
            throw SettingsError(.noInput, "cannot read the revoked host keys: \(error.reason)", file: path)
        }
        if bytes.starts(with: Array("SSHKRL\n\0".utf8)) {
            throw SettingsError(
                .configuration, "a key revocation list in binary form is not read here; a file of public keys is",
                file: path)
        }
        var revoked: [HostKey: KnownHostsPlace] = [:]
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            if let key = HostKey(text: String(decoding: line, as: UTF8.self)) {
                revoked[key] = KnownHostsPlace(file: path, line: index + 1)
            }
        }
        return revoked
    }
}
