import ErlangTerm

/// Puts the layers together: flag, then `ERLCLU_*`, then `RELX_*` and `RELEASE_*`, then the context, then the
/// release's files, then the cookie files of the user, then defaults.
package struct SettingsResolver {
    let flags: SettingsFlags
    let environment: [String: String]
    let files: any FileSource
    private let hostNames: HostNames
    private let shell: (any EnvironmentShell)?
    private let user: (() -> SecureShellUser)?

    /// - Parameters:
    ///   - hostName: this machine's name as `gethostname` gives it; from it follows what completes a name without a
    ///     host.
    ///   - shell: what runs an `env.sh` where `flags` permit it.
    ///   - user: finds out whose settings of OpenSSH count, which takes time; nil: nobody's are read.
    package init(
        flags: SettingsFlags, environment: [String: String], files: any FileSource = SystemFiles(), hostName: String,
        shell: (any EnvironmentShell)? = nil, user: (() -> SecureShellUser)? = nil
    ) {
        self.flags = flags
        self.environment = environment
        self.files = files
        self.shell = shell
        self.user = user
        hostNames = HostNames(system: hostName, files: files)
    }

    /// - Throws: `SettingsError` for what is missing or wrong; a target that nobody named is no error here.
    package func resolve() throws(SettingsError) -> NodeSettings {
        var sum = try complete(SettingsLayer(flags, files, environment: environment), above: nil)
        sum.fill(from: try complete(SettingsLayer(ownVariables: environment, files), above: sum))
        if let text = flags.emulatorFlags {
            var layer = SettingsLayer(
                DistributionArguments(VMArguments.parse(text, file: "ERL_FLAGS", line: 1)), files, directories: [])
            // The name in it is the one that nodetool is to take for itself.
            layer.nodes = nil
            layer.nameProblem = nil
            sum.fill(from: try complete(layer, above: sum))
        }
        sum.fill(from: SettingsLayer(releaseVariables: environment, files))
        let context = try selectedContext()
        if let context {
            sum.fill(
                from: try complete(context.file.layer(context.name.value, files, environment: environment), above: sum))
        }
        try addReleaseFiles(to: &sum)
        if sum.distribution == nil, sum.saysHowToDial { sum.distribution = Sourced(.tcp, .fallback) }
        if sum.cookie == nil, sum.cookieProblem == nil { sum.cookie = try userCookie() }
        return try settings(sum, context: context?.name)
    }

    /// Adds what the option file says that this layer names, unless a layer above names one, and that files of TLS
    /// mean TLS unless the layer says otherwise.
    private func complete(
        _ layer: SettingsLayer, above: SettingsLayer?
    ) throws(SettingsError) -> SettingsLayer {
        var layer = layer
        let reason = [layer.optfile, layer.tls.certificate, layer.tls.ca].compactMap({ $0 }).first
        let derived = reason.map { Sourced(Transport.tls, .derived("TLS by \($0.origin)")) }
        if layer.transport?.value != .ssh { layer.distribution = layer.transport }
        layer.distribution = layer.distribution ?? derived
        // A context may have both ways, of which distribution is taken. Who types --ssh means it.
        if let ssh = layer.ssh, !ssh.origin.isContext {
            layer.transport = layer.transport ?? Sourced(.ssh, .derived("SSH by \(ssh.origin)"))
        }
        layer.transport = layer.transport ?? derived
        guard let optfile = layer.optfile, above?.optfile == nil else { return layer }
        var options = SettingsLayer()
        let root = (above?.release ?? layer.release).map { [$0.value] } ?? []
        options.tls = try DistributionOptionFile.read(
            optfile.value, files, directories: root, environment: environment)
        layer.fill(from: options)
        return layer
    }

    // MARK: Contexts

    /// The file of contexts: the one that is named, or the usual one where it exists.
    package func contextFile() throws(SettingsError) -> ContextFile? {
        let chosen = flags.configuration ?? environment["ERLCLU_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        guard let path = chosen ?? ContextFile.defaultPath(environment: environment) else { return nil }
        if chosen == nil, files.status(path) == nil { return nil }
        return try ContextFile(path: path, files)
    }

    private func selectedContext() throws(SettingsError) -> (file: ContextFile, name: Sourced<String>)? {
        let named: Sourced<String>? =
            if let name = flags.context {
                Sourced(name, .flag("--context"))
            } else if let name = environment["ERLCLU_CONTEXT"], !name.isEmpty {
                Sourced(name, .environment("ERLCLU_CONTEXT"))
            } else {
                nil
            }
        let chosen = flags.configuration ?? environment["ERLCLU_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        guard let path = chosen ?? ContextFile.defaultPath(environment: environment) else {
            guard let named else { return nil }
            throw SettingsError(.configuration, "no context \(named.value): there is no home directory")
        }
        if chosen == nil, named == nil, files.status(path) == nil { return nil }
        let file = try ContextFile(path: path, files)
        if let named { return (file, named) }
        return file.defaultContext.map { (file, Sourced($0, .file(path, line: nil))) }
    }

    // MARK: Releases

    private func addReleaseFiles(to sum: inout SettingsLayer) throws(SettingsError) {
        let release = try sum.release.map { root throws(SettingsError) in
            try ReleaseDirectory(root.value, files, environment: environment)
        }
        let directories = release.map { [$0.root] } ?? []
        let mix = mixSettings(of: release, sum)
        var arguments: VMArguments?
        var remote: VMArguments?
        if let path = sum.vmArguments {
            let file = ArgumentFile(path.value, files, environment: release?.relxEnvironment ?? environment)
            arguments = try file.read(directories: directories)
            if arguments == nil { throw SettingsError(.noInput, "no such file (\(path.origin))", file: path.value) }
        } else {
            arguments = try release?.virtualMachineArguments()
            remote = try release?.remoteArguments()
        }
        func add(_ layer: SettingsLayer) throws(SettingsError) { sum.fill(from: try complete(layer, above: sum)) }
        if let release {
            for name in ["ERL_AFLAGS", "ERL_FLAGS", "ERL_ZFLAGS"] {
                guard let text = environment[name], !text.isEmpty else { continue }
                let flags = DistributionArguments(ofConnections: VMArguments.parse(text, file: name, line: 1))
                try add(SettingsLayer(flags, files, directories: [release.root]))
            }
        }
        if let remote {
            let flags = DistributionArguments(ofConnections: remote.preceded(by: mix?.flags))
            try add(SettingsLayer(flags, files, directories: places(directories, remote)))
        }
        if arguments != nil || mix != nil {
            let given = (arguments ?? VMArguments.parse("", file: "", line: 1)).preceded(by: mix?.flags)
            let flags = DistributionArguments(given, after: mix.map(scriptOptions) ?? ScriptOptions())
            var layer = SettingsLayer(flags, files, directories: places(directories, given))
            layer.notices = mix?.notices ?? []
            layer.warnings = (mix?.warnings ?? []) + layer.warnings
            try add(layer)
        }
        if let release, sum.epmd?.value == EPMDChoice.none, sum.distributionPort == nil {
            sum.listenPorts.fill(from: release.configuredListenPorts(arguments))
        }
    }

    private func mixSettings(of release: ReleaseDirectory?, _ sum: SettingsLayer) -> MixSettings? {
        guard let release, release.isMix, let named = sum.release else { return nil }
        return release.mixSettings(
            MixSettings.Request(
                wantsNode: sum.nodes == nil, wantsCookie: sum.cookie == nil,
                shell: ShellUse(shell, flags: flags, environment: environment, release: named)))
    }

    /// Where relative names in the arguments are looked for.
    private func places(_ directories: [String], _ arguments: VMArguments) -> [String] {
        directories + arguments.files.prefix(1).map { FilePath.directory(of: $0) }
    }

    /// What mix's start script gives before `vm.args`.
    private func scriptOptions(_ mix: MixSettings) -> ScriptOptions {
        func given(_ name: String) -> Sourced<String>? {
            environment[name].flatMap { $0.isEmpty ? nil : Sourced($0, .environment(name)) }
        }
        let distribution = given("RELEASE_DISTRIBUTION") ?? mix.distribution ?? Sourced("sname", .fallback)
        return ScriptOptions(
            name: mix.node, nameType: SettingsLayer.nameType(distribution)?.value,
            cookie: given("RELEASE_COOKIE")?.map { Secret($0) } ?? mix.cookie, nameProblem: mix.nameProblem,
            unreadCookie: mix.unreadCookie, cookieProblem: mix.cookieProblem)
    }

    // MARK: The user's cookie

    private func userCookie() throws(SettingsError) -> Sourced<Secret>? {
        for path in CookieFile.defaultPaths(environment: environment) where files.status(path) != nil {
            return Sourced(try CookieFile.read(path, files, .regular), .file(path, line: nil))
        }
        return nil
    }

    // MARK: The sum

    private func settings(
        _ sum: SettingsLayer, context: Sourced<String>?
    ) throws(SettingsError) -> NodeSettings {
        let nodes = try sum.nodes.map { given throws(SettingsError) in
            var names: [String] = []
            for name in given.value { names.append(try completed(name, sum.nameType?.value, given.origin)) }
            return Sourced(names, given.origin)
        }
        let host = nodes?.value.first.flatMap { $0.split(separator: "@").last } ?? ""
        var tls = TLSSettings(verifiesPeer: sum.tls.verifiesPeer ?? Sourced(true, .fallback))
        tls.ca = sum.tls.ca
        tls.certificate = sum.tls.certificate
        // As in OTP, the key may stand in the certificate's file.
        tls.key = sum.tls.key ?? sum.tls.certificate
        tls.keyPassword = sum.tls.password
        tls.serverName = sum.tls.serverName
        tls.versions = sum.tls.versions
        tls.ciphers = sum.tls.ciphers
        tls.depth = sum.tls.depth
        tls.allowsWildcards = sum.tls.allowsWildcards
        tls.revocation = sum.tls.revocation
        tls.unmet = sum.tls.unmet
        let transport =
            sum.transport ?? sum.distribution ?? sum.ssh.map { Sourced(.ssh, .derived("SSH by \($0.origin)")) }
            ?? Sourced(.tcp, .fallback)
        var warnings = sum.warnings
        if transport.value == .tls {
            let ignored = sum.tls.unsupported + (tls.isInsecure ? sum.tls.unmet : [])
            warnings += ignored.map { "\($0.origin): TLS option \($0.value) is not honoured" }
        }
        if tls.isInsecure { tls.unmet = [] }
        let epmd = epmd(of: sum, host: host)
        // Where there is an epmd it knows the port of each node, and this one's is only its own.
        let listenPort = epmd.value == .none ? sum.listenPorts.fixed : nil
        var settings = NodeSettings(
            nodes: nodes ?? Sourced([], .fallback), nameProblem: nodes == nil ? sum.nameProblem : nil,
            nameType: nodes.map { Sourced(NameType(host: host), $0.origin) } ?? Sourced(.short, .fallback),
            cookie: sum.cookie, cookieProblem: sum.cookie == nil ? sum.cookieProblem : nil, transport: transport,
            address: sum.address, epmd: epmd,
            distributionPort: sum.distributionPort ?? listenPort, tls: tls,
            timeoutMilliseconds: sum.timeoutMilliseconds ?? Sourced(10_000, .fallback),
            mode: sum.mode ?? Sourced(.readWrite, .fallback), language: sum.language, context: context,
            release: sum.release, optfile: sum.optfile, notices: sum.notices, warnings: warnings)
        let assumed = zip(sum.nodes?.value ?? [], settings.nodes.value).filter { !$0.0.contains("@") }
        settings.assumedHosts = Set(assumed.map(\.1))
        settings.accepted = sum.accepted
        settings.via = sum.via
        settings.ssh = sum.ssh
        settings.distribution = sum.distribution
        settings.sshOptions = sum.sshOptions
        settings.sshOptions.usualKnownHosts = SecureShellOptions.usualKnownHosts(environment: environment)
        if transport.value == .ssh {
            try settings.useSecureShell()
            if let user { try settings.readSecureShell(files, user()) }
        } else if settings.goesOnOverSSH, let user {
            settings.readSecondWay(files, user())
        }
        return settings
    }

    /// A name without a host is one of this machine.
    private func completed(_ name: String, _ type: NameType?, _ origin: Origin) throws(SettingsError) -> String {
        guard SettingText.isOneWord(name) else {
            // A quote that is not closed makes a name of all that follows, a cookie among it.
            let begin = name.prefix { SettingText.isOneWord(String($0)) }
            throw SettingsError(
                .configuration, "\(origin): what begins with '\(begin)' is no node name: NAME or NAME@HOST")
        }
        if name.contains("@") { return name }
        guard type == .long else { return name + "@" + hostNames.short }
        guard let host = hostNames.long else {
            throw SettingsError(
                .configuration,
                "\(origin): the long name '\(name)' has no host, and this machine (\(hostNames.system)) no domain in its "
                    + "own name, /etc/resolv.conf or /etc/hosts, so that erl refuses it too; give --node \(name)@HOST")
        }
        return name + "@" + host
    }

    /// `ERL_EPMD_PORT` counts unless something says more. `ERL_EPMD_ADDRESS` says where this machine's epmd listens, so
    /// it is of use for nodes of this machine only.
    private func epmd(of sum: SettingsLayer, host: Substring) -> Sourced<EPMDChoice> {
        if let epmd = sum.epmd { return epmd }
        let port = environment["ERL_EPMD_PORT"].flatMap { HostAndPort.port($0) }
        if hostNames.isOwn(host), let address = environment["ERL_EPMD_ADDRESS"]?.split(separator: ",").first {
            return Sourced(
                .lookup(host: String(address), port: port ?? EPMDChoice.defaultPort), .environment("ERL_EPMD_ADDRESS"))
        }
        return Sourced(
            .lookup(host: nil, port: port ?? EPMDChoice.defaultPort),
            port == nil ? .fallback : .environment("ERL_EPMD_PORT"))
    }
}
