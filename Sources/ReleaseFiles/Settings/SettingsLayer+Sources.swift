import ErlangTerm

extension SettingsLayer {
    // MARK: Options

    init(_ flags: SettingsFlags, _ files: any FileSource, environment: [String: String]) throws(SettingsError) {
        func sourced(_ value: String?, _ option: String) -> Sourced<String>? {
            value.map { Sourced($0, .flag(option)) }
        }
        if !flags.nodes.isEmpty {
            nodes = Sourced(flags.nodes.flatMap(SettingText.nodes), .flag("--node"))
        }
        try set(
            .usage, transport: sourced(flags.transport, "--transport"), address: sourced(flags.address, "--address"),
            via: sourced(flags.via, "--via"), ssh: sourced(flags.ssh, "--ssh"), epmd: sourced(flags.epmd, "--epmd"),
            timeout: sourced(flags.timeout, "--timeout"), mode: nil)
        if !flags.identities.isEmpty { sshOptions.identities = Sourced(flags.identities, .flag("--identity")) }
        sshOptions.knownHosts = sourced(flags.knownHosts, "--known-hosts")
        if !flags.hostKeyFingerprints.isEmpty {
            sshOptions.fingerprints = try Self.fingerprints(
                .usage, Sourced(flags.hostKeyFingerprints, .flag("--host-key-fingerprint")))
        }
        if let path = flags.passwordFile {
            if flags.asksPassword {
                throw SettingsError(.usage, "--ssh-password and --ssh-password-file: one of them says which password")
            }
            sshOptions.password = Sourced(
                try SecureShellPassword(file: path, files), .flag("--ssh-password-file"))
        } else if flags.asksPassword {
            sshOptions.password = Sourced(.asked, .flag("--ssh-password"))
        }
        optfile = sourced(flags.optfile, "--optfile")
        tls.ca = sourced(flags.ca, "--ca")
        tls.certificate = sourced(flags.certificate, "--cert")
        tls.key = sourced(flags.key, "--key")
        tls.serverName = sourced(flags.serverName, "--server-name")?.map { .name($0) }
        if flags.insecure { tls.verifiesPeer = Sourced(false, .flag("--insecure")) }
        release = sourced(flags.release, "--release")
        vmArguments = sourced(flags.vmArguments, "--vm-args")
        try setCookie(flags, files, environment)
    }

    private mutating func setCookie(
        _ flags: SettingsFlags, _ files: any FileSource, _ environment: [String: String]
    ) throws(SettingsError) {
        if let path = flags.cookieFile {
            cookie = Sourced(try CookieFile.read(path, files, .named), .flag("--cookie-file"))
        } else if let variable = flags.cookieEnvironment {
            guard let text = environment[variable], !text.isEmpty else {
                throw SettingsError(.configuration, "--cookie-env: the environment has no \(variable)")
            }
            cookie = Sourced(Secret(text), .flag("--cookie-env"))
        } else if let text = flags.setCookie {
            cookie = Sourced(Secret(text), .flag("-setcookie"))
            warnings.append(SettingsFlags.visibleCookieWarning)
        }
    }

    // MARK: Variables

    /// `ERLCLU_*`.
    init(ownVariables environment: [String: String], _ files: any FileSource) throws(SettingsError) {
        func sourced(_ name: String) -> Sourced<String>? {
            environment["ERLCLU_" + name].flatMap { $0.isEmpty ? nil : Sourced($0, .environment("ERLCLU_" + name)) }
        }
        nodes = sourced("NODE")?.map(SettingText.nodes)
        try set(
            .configuration, transport: sourced("TRANSPORT"), address: sourced("ADDRESS"), via: sourced("VIA"),
            ssh: sourced("SSH"), epmd: sourced("EPMD"), timeout: sourced("TIMEOUT"), mode: sourced("MODE"))
        sshOptions.identities = sourced("IDENTITY")?.map { [$0] }
        sshOptions.knownHosts = sourced("KNOWN_HOSTS")
        sshOptions.configuration = sourced("SSH_CONFIG")
        sshOptions.fingerprints = try sourced("HOST_KEY_FINGERPRINT").map { text throws(SettingsError) in
            try Self.fingerprints(.configuration, text.map { [$0] })
        }
        if let path = sourced("SSH_PASSWORD_FILE") {
            sshOptions.password = Sourced(try SecureShellPassword(file: path.value, files), path.origin)
        }
        optfile = sourced("OPTFILE")
        tls.ca = sourced("CA")
        tls.certificate = sourced("CERT")
        tls.key = sourced("KEY")
        tls.password = sourced("KEY_PASSWORD")?.map { Secret($0) }
        tls.serverName = sourced("SERVER_NAME")?.map { .name($0) }
        if let insecure = sourced("INSECURE") {
            guard let value = SettingText.boolean(insecure.value) else {
                throw Self.refusal(.configuration, insecure, "expected true or false")
            }
            if value { tls.verifiesPeer = Sourced(false, insecure.origin) }
        }
        release = sourced("RELEASE")
        vmArguments = sourced("VM_ARGS")
        if let text = sourced("COOKIE") {
            cookie = text.map { Secret($0) }
        } else if let path = sourced("COOKIE_FILE") {
            cookie = Sourced(try CookieFile.read(path.value, files, .named), path.origin)
        }
    }

    /// What relx's and mix's scripts take from the environment, and what OTP itself does.
    init(releaseVariables environment: [String: String], _ files: any FileSource) {
        func sourced(_ name: String) -> Sourced<String>? {
            environment[name].flatMap { $0.isEmpty ? nil : Sourced($0, .environment(name)) }
        }
        nodes = sourced("RELEASE_NODE")?.map { [$0] }
        nameType = nodes == nil ? nil : sourced("RELEASE_DISTRIBUTION").flatMap(Self.nameType)
        cookie = (sourced("RELX_COOKIE") ?? sourced("RELEASE_COOKIE"))?.map { Secret($0) }
        distributionPort = sourced("ERL_DIST_PORT").flatMap { text in
            HostAndPort.port(text.value).map { Sourced($0, text.origin) }
        }
        timeoutMilliseconds = sourced("RELX_RPC_TIMEOUT").flatMap { text in
            SettingText.milliseconds(text.value).map { Sourced($0, text.origin) }
        }
        if let root = sourced("RELEASE_ROOT") ?? sourced("RELEASE_ROOT_DIR"),
            ReleaseDirectory.exists(at: root.value, files)
        {
            release = root
        } else if let root = sourced("ROOTDIR"), let version = sourced("RELEASE_VSN")?.value,
            files.status(FilePath.join(root.value, "releases/\(version)"))?.isDirectory == true
        {
            // relx's script; without the version it may be that of any `erl`.
            release = root
        }
        vmArguments = sourced("RELEASE_VM_ARGS") ?? sourced("VMARGS_PATH")
    }

    /// `RELEASE_DISTRIBUTION`: `name`, `sname` or `none`.
    static func nameType(_ text: Sourced<String>) -> Sourced<NameType>? {
        switch text.value {
        case "name": Sourced(.long, text.origin)
        case "sname": Sourced(.short, text.origin)
        default: nil
        }
    }

    // MARK: Files

    /// A `vm.args`.
    init(_ arguments: DistributionArguments, _ files: any FileSource, directories: [String]) {
        nodes = arguments.name?.map { [$0] }
        nameType = arguments.nameType
        nameProblem = arguments.nameProblem
        cookie = arguments.cookie
        cookieProblem = arguments.cookieProblem
        transport = arguments.transport
        optfile = arguments.optfile?.map { FilePath.locate($0, in: directories, files) }
        tls = TLSOptions(arguments, files, directories: directories)
        epmd = arguments.epmd
        distributionPort = arguments.distributionPort
        listenPorts = arguments.listenPorts
        warnings = arguments.warnings
    }

    // MARK: Texts

    private mutating func set(
        _ kind: SettingsError.Kind, transport: Sourced<String>?, address: Sourced<String>?, via: Sourced<String>?,
        ssh: Sourced<String>?, epmd: Sourced<String>?, timeout: Sourced<String>?, mode: Sourced<String>?
    ) throws(SettingsError) {
        func parsed<Value: Sendable>(
            _ text: Sourced<String>?, _ expected: @autoclosure () -> String, _ parse: (String) -> Value?
        ) throws(SettingsError) -> Sourced<Value>? {
            guard let text else { return nil }
            guard let value = parse(text.value) else { throw Self.refusal(kind, text, "expected " + expected()) }
            return Sourced(value, text.origin)
        }
        if let choice = try parsed(transport, "auto, tls, tcp or ssh", SettingText.transport), let value = choice.value
        {
            self.transport = Sourced(value, choice.origin)
        }
        self.address = try parsed(address, "HOST:PORT", HostAndPort.init)
        self.via = try parsed(via, TunnelChoice.expected, TunnelChoice.init)
        self.ssh = try parsed(ssh, SecureShellChoice.expected, SecureShellChoice.init)
        self.epmd = try parsed(epmd, "HOST:PORT, a port or none", SettingText.epmd)
        let limit = timeout.flatMap { $0.value == "infinity" ? nil : $0 }
        timeoutMilliseconds = try parsed(limit, "a time such as 10s, 500ms or 2m", SettingText.milliseconds)
        self.mode = try parsed(mode, AccessMode.allCases.map(\.rawValue).joined(separator: ", ")) {
            AccessMode(rawValue: $0)
        }
    }

    private static func fingerprints(
        _ kind: SettingsError.Kind, _ texts: Sourced<[String]>
    ) throws(SettingsError) -> Sourced<[HostKeyFingerprint]> {
        guard let fingerprints = SecureShellOptions.fingerprints(texts.value) else {
            let text = texts.map { $0.joined(separator: " ") }
            throw refusal(kind, text, "expected \(HostKeyFingerprint.expected)")
        }
        return Sourced(fingerprints, texts.origin)
    }

    private static func refusal(
        _ kind: SettingsError.Kind, _ text: Sourced<String>, _ expected: String
    ) -> SettingsError {
        let place =
            switch text.origin {
            case .flag(let name), .environment(let name): name
            default: text.origin.description
            }
        return SettingsError(kind, "\(place): \(expected), not '\(text.value)'")
    }
}
