/// Finds out how `ssh` would reach a host: options, then `~/.ssh/config`, then `/etc/ssh/ssh_config`, then defaults.
package struct SecureShellResolver {
    /// What is asked for.
    package struct Request: Sendable {
        package var host: String
        package var user: String?
        package var port: Int?
        /// Where host, user and port come from.
        package var origin: Origin
        /// Files of keys that are tried before those of the settings.
        package var identities: [Sourced<String>]

        package init(
            host: String, user: String? = nil, port: Int? = nil, origin: Origin, identities: [Sourced<String>] = []
        ) {
            self.host = host
            self.user = user
            self.port = port
            self.origin = origin
            self.identities = identities
        }
    }

    private let files: any FileSource
    private let user: SecureShellUser
    /// Read instead of the usual files, as with `ssh -F`; `none`: nothing is.
    private let configuration: Sourced<String>?

    package init(files: any FileSource = SystemFiles(), user: SecureShellUser, configuration: Sourced<String>? = nil) {
        self.files = files
        self.user = user
        self.configuration = configuration
    }

    package static let systemConfiguration = "/etc/ssh/ssh_config"
    /// Those of OpenSSH 9.2, without the two that it compiles for tests and the one that is no longer safe.
    private static let usualIdentities = ["id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk"]

    /// - Throws: `SettingsError` for what `ssh` would refuse, with file and line.
    package func resolve(_ request: Request) throws(SettingsError) -> SecureShellSettings {
        var options = CollectedOptions()
        for identity in request.identities {
            let file = CollectedOptions.NamedFile(path: identity.value, isOfUser: true)
            do throws(ConfigurationFault) { try options.add(identity: file, identity.origin) } catch {
                throw SettingsError(.configuration, "\(identity.origin): \(error.message)")
            }
        }
        if let name = request.user { options.set(.user, name, request.origin) }
        if let port = request.port { options.set(port: port, request.origin) }
        let asked = ConfigurationReader.Request(
            originalHost: request.host, host: request.host, user: request.user, isFinal: false)
        var reader = ConfigurationReader(files, user, asked, options)
        try read(with: &reader)
        let host = try host(of: request, reader.options)
        if reader.wantsFinalPass {
            reader.request.isFinal = true
            reader.request.host = host.value
            reader.options.fix(hostName: host)
            try read(with: &reader)
        }
        return try settings(request, host, reader.options)
    }

    private func read(with reader: inout ConfigurationReader) throws(SettingsError) {
        if let configuration {
            if configuration.value.loweredASCII == "none" { return }
            guard try reader.read(configuration.value, ConfigurationReader.Manner(isOfUser: true, checksOwner: false))
            else {
                throw SettingsError(.noInput, "no such file (\(configuration.origin))", file: configuration.value)
            }
            return
        }
        let own = FilePath.join(user.home, ".ssh/config")
        try reader.read(own, ConfigurationReader.Manner(isOfUser: true, checksOwner: true))
        try reader.read(Self.systemConfiguration, ConfigurationReader.Manner(isOfUser: false, checksOwner: false))
    }

    /// What is dialled.
    private func host(of request: Request, _ options: CollectedOptions) throws(SettingsError) -> Sourced<String> {
        var host = Sourced(request.host, request.origin)
        if let written = options.words[.hostName] {
            host = try checked(written) { text throws(ConfigurationFault) in
                try TokenExpansion(["h": request.host]).expanded(text)
            }
        }
        let canonical = NumericAddress.canonical(host.value)
        if NumericAddress.looksLikeOne(host.value) || canonical != nil {
            return host.map { canonical ?? $0 }
        }
        return host.map(\.loweredASCII)
    }

    private func settings(
        _ request: Request, _ host: Sourced<String>, _ options: CollectedOptions
    ) throws(SettingsError) -> SecureShellSettings {
        let remoteUser = options.words[.user] ?? Sourced(user.name, .fallback)
        let port = options.port ?? Sourced(SecureShellSettings.usualPort, .fallback)
        let alias = options.words[.hostKeyAlias]?.map(\.loweredASCII)
        let expansion = TokenExpansion(
            tokens(
                request, host: host.value, port: port.value, remoteUser: remoteUser.value, alias: alias?.value, options),
            environment: user.environment)
        func file(_ written: String) throws(ConfigurationFault) -> SecureShellFile {
            SecureShellFile(
                written: written, path: try expansion.expandedWithVariables(try user.expandingTilde(written)))
        }
        func all(_ named: [Sourced<CollectedOptions.NamedFile>]) throws(SettingsError) -> [Sourced<SecureShellFile>] {
            var found: [Sourced<SecureShellFile>] = []
            for name in named where name.value.path.loweredASCII != "none" {
                found.append(try checked(name) { name throws(ConfigurationFault) in try file(name.path) })
            }
            return found
        }
        func flag(_ name: CollectedOptions.Flag) -> Sourced<Bool> { options.flags[name] ?? Sourced(false, .fallback) }
        var identities = try all(options.identityFiles)
        if options.identityFiles.isEmpty {
            identities = Self.usualIdentities.compactMap { name in
                let path = FilePath.join(user.home, ".ssh/\(name)")
                guard files.status(path) != nil else { return nil }
                return Sourced(SecureShellFile(written: "~/.ssh/\(name)", path: path), .fallback)
            }
        }
        let usualHosts = ["~/.ssh/known_hosts", "~/.ssh/known_hosts2"]
        let userHosts = try checked(options.userKnownHosts ?? Sourced(usualHosts, .fallback)) {
            names throws(ConfigurationFault) in
            var paths: [String] = []
            for name in names { paths.append(try file(name).path) }
            return paths
        }
        let revoked = try options.words[.revokedHostKeys].flatMap { $0.value.loweredASCII == "none" ? nil : $0 }.map {
            written throws(SettingsError) in
            try checked(written) { text throws(ConfigurationFault) in try user.expandingTilde(text) }
        }
        return SecureShellSettings(
            destination: request.host, host: host, port: port, user: remoteUser, identityFiles: identities,
            certificateFiles: try all(options.certificateFiles), identitiesOnly: flag(.identitiesOnly),
            agent: try agent(options.agent, expansion),
            jumps: options.jumps ?? Sourced([], options.proxyCommand?.origin ?? .fallback),
            proxyCommand: options.proxyCommand.flatMap { $0.value.loweredASCII == "none" ? nil : $0 },
            userKnownHosts: userHosts,
            globalKnownHosts: options.globalKnownHosts
                ?? Sourced(["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"], .fallback),
            strictness: options.strictness ?? Sourced(.ask, .fallback), hostKeyAlias: alias,
            hashesKnownHosts: flag(.hashesKnownHosts), revokedHostKeys: revoked,
            hostKeyAlgorithms: try list(options.words[.hostKeyAlgorithms], "HostKeyAlgorithms", HostKeyOrder.list),
            algorithms: try algorithms(options), methods: options.methods,
            passwordPrompts: options.passwordPrompts ?? Sourced(3, .fallback),
            warnings: options.warnings)
    }

    private func algorithms(
        _ options: CollectedOptions
    ) throws(SettingsError) -> [AgreedAlgorithm: Sourced<AlgorithmList>] {
        let words: [AgreedAlgorithm: CollectedOptions.Word] = [
            .ciphers: .ciphers, .messageCodes: .messageCodes, .keyExchanges: .keyExchanges,
        ]
        var lists: [AgreedAlgorithm: Sourced<AlgorithmList>] = [:]
        for kind in AgreedAlgorithm.allCases {
            guard let word = words[kind] else { continue }
            lists[kind] = try list(options.words[word], kind.keyword, kind.list)
        }
        return lists
    }

    private func list(
        _ written: Sourced<String>?, _ keyword: String, _ make: (String) -> AlgorithmList
    ) throws(SettingsError) -> Sourced<AlgorithmList>? {
        guard let written else { return nil }
        return try checked(written) { text throws(ConfigurationFault) in
            let list = make(text)
            // An empty list would be taken for none.
            guard !list.names.isEmpty else {
                throw ConfigurationFault("\(keyword) leaves none that is known here: '\(text)'")
            }
            return list
        }
    }

    private func tokens(
        _ request: Request, host: String, port: Int, remoteUser: String, alias: String?, _ options: CollectedOptions
    ) -> [Character: String] {
        let jump = options.jumps?.value.last?.host ?? ""
        let connection = user.hostName + host + String(port) + remoteUser + jump
        return [
            "C": SHA1.digest(Array(connection.utf8)).hexadecimal, "L": String(user.hostName.prefix { $0 != "." }),
            "d": user.home, "h": host, "i": String(user.identifier), "j": jump, "k": alias ?? request.host,
            "l": user.hostName, "n": request.host, "p": String(port), "r": remoteUser, "u": user.name,
        ]
    }

    private func agent(
        _ written: Sourced<String>?, _ expansion: TokenExpansion
    ) throws(SettingsError) -> Sourced<SecureShellAgent> {
        let usual = "SSH_AUTH_SOCK"
        func variable(_ name: String) -> SecureShellAgent {
            user.environment[name].flatMap { $0.isEmpty ? nil : .socket($0) } ?? .none
        }
        guard let written else { return Sourced(variable(usual), .environment(usual)) }
        return try checked(written) { text throws(ConfigurationFault) in
            let path = try expansion.expandedWithVariables(try user.expandingTilde(text))
            switch path {
            case "none": return SecureShellAgent.none
            case usual: return variable(usual)
            default: return path.hasPrefix("$") ? variable(String(path.dropFirst())) : .socket(path)
            }
        }
    }

    private func checked<Value, Result>(
        _ setting: Sourced<Value>, _ make: (Value) throws(ConfigurationFault) -> Result
    ) throws(SettingsError) -> Sourced<Result> {
        do throws(ConfigurationFault) { return Sourced(try make(setting.value), setting.origin) } catch {
            throw SettingsError(.configuration, "\(setting.origin): \(error.message)")
        }
    }
}

extension SecureShellResolver {
    /// The hosts that a connection to `request` goes through, the last one being what is asked for. As with `ssh -J`,
    /// the settings of each host say how it is reached, but for those that a chain names already.
    ///
    /// - Throws: `SettingsError` as well where the hosts lead back to each other.
    package func route(to request: Request) throws(SettingsError) -> [SecureShellSettings] {
        var route = [try resolve(request)]
        var following = route[0].jumps.value
        while let hop = following.popLast() {
            guard route.count <= SecureShellHop.chainLimit else {
                throw SettingsError(
                    .configuration, "\(request.host) is behind more than \(SecureShellHop.chainLimit) hosts")
            }
            var settings = try resolve(
                Request(
                    host: hop.host, user: hop.user, port: hop.port, origin: route[0].jumps.origin,
                    identities: request.identities))
            if following.isEmpty { following = settings.jumps.value } else { settings.proxyCommand = nil }
            if route.contains(where: { $0.isSamePlace(as: settings) }) {
                throw SettingsError(
                    .configuration, "\(settings.jumps.origin): the way to \(request.host) leads through \(hop) twice")
            }
            route.insert(settings, at: 0)
        }
        return route
    }
}

extension SecureShellSettings {
    fileprivate func isSamePlace(as other: SecureShellSettings) -> Bool {
        host.value == other.host.value && port.value == other.port.value && user.value == other.user.value
    }
}
