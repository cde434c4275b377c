import ErlangTerm

/// What one source says; what it does not say is nil.
struct SettingsLayer {
    /// Names as written, with or without a host.
    var nodes: Sourced<[String]>?
    /// For names without a host.
    var nameType: Sourced<NameType>?
    /// Why there are no nodes although one is asked for.
    var nameProblem: String?
    var cookie: Sourced<Secret>?
    /// Why there is no cookie although one is set.
    var cookieProblem: String?
    /// nil as well for `auto`.
    var transport: Sourced<Transport>?
    /// What carries distribution, whether or not that is the way that is taken.
    var distribution: Sourced<Transport>?
    var address: Sourced<HostAndPort>?
    var via: Sourced<TunnelChoice>?
    var ssh: Sourced<SecureShellChoice>?
    var sshOptions = SecureShellOptions()
    var epmd: Sourced<EPMDChoice>?
    var distributionPort: Sourced<Int>?
    /// Those of the node itself.
    var listenPorts = ListenPorts()
    var optfile: Sourced<String>?
    var tls = TLSOptions()
    var timeoutMilliseconds: Sourced<Int>?
    var mode: Sourced<AccessMode>?
    var accepted: Sourced<[String]>?
    var language: Sourced<ShellLanguage>?
    var release: Sourced<String>?
    var vmArguments: Sourced<String>?
    /// What was done, for a person.
    var notices: [String] = []
    var warnings: [String] = []

    /// Fills what is still unsaid from a layer of less weight.
    mutating func fill(from other: SettingsLayer) {
        // The type belongs to the names: -sname of a release says nothing about a name that was typed.
        if nodes == nil {
            nodes = other.nodes
            nameType = other.nameType
            nameProblem = nameProblem ?? other.nameProblem
        } else if nameType == nil, nodes?.origin == .environment("RELEASE_NODE") {
            // The start script takes the type from where it finds one.
            nameType = other.nameType
        }
        if cookie == nil, cookieProblem == nil {
            cookie = other.cookie
            cookieProblem = other.cookieProblem
        }
        transport = transport ?? other.transport
        distribution = distribution ?? other.distribution
        address = address ?? other.address
        via = via ?? other.via
        ssh = ssh ?? other.ssh
        sshOptions.fill(from: other.sshOptions)
        epmd = epmd ?? other.epmd
        distributionPort = distributionPort ?? other.distributionPort
        listenPorts.fill(from: other.listenPorts)
        optfile = optfile ?? other.optfile
        tls.fill(from: other.tls)
        timeoutMilliseconds = timeoutMilliseconds ?? other.timeoutMilliseconds
        mode = mode ?? other.mode
        accepted = accepted ?? other.accepted
        language = language ?? other.language
        release = release ?? other.release
        vmArguments = vmArguments ?? other.vmArguments
        notices += other.notices
        warnings += other.warnings
    }
}

extension TLSOptions {
    mutating func fill(from other: TLSOptions) {
        // A key belongs to its certificate: one from above is not to meet one from below.
        if certificate == nil, key == nil {
            certificate = other.certificate
            key = other.key
            password = password ?? other.password
        }
        ca = ca ?? other.ca
        verifiesPeer = verifiesPeer ?? other.verifiesPeer
        versions = versions ?? other.versions
        ciphers = ciphers ?? other.ciphers
        depth = depth ?? other.depth
        serverName = serverName ?? other.serverName
        allowsWildcards = allowsWildcards ?? other.allowsWildcards
        revocation = revocation ?? other.revocation
        unsupported += other.unsupported
        unmet += other.unmet
    }
}
