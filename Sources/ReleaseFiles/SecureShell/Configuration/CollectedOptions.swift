/// What has been read so far. Of most settings the first value counts, of files with keys each.
struct CollectedOptions {
    enum Word {
        case user, hostName, hostKeyAlias, revokedHostKeys, ignoredKeywords
        case hostKeyAlgorithms, ciphers, messageCodes, keyExchanges, preferredMethods
    }

    enum Flag {
        case identitiesOnly, hashesKnownHosts, checksAddress
        case takesKeys, takesAnswers, takesPasswords
    }

    /// A file, and who named it: OpenSSH drops a file that is named again, unless the user did once and the system did
    /// once.
    struct NamedFile: Hashable {
        var path: String
        var isOfUser: Bool
    }

    /// OpenSSH's own, for files of identities and of certificates (`SSH_MAX_IDENTITY_FILES`).
    static let fileLimit = 100
    /// Its `SSH_MAX_HOSTS_FILES`.
    static let knownHostsLimit = 32

    private(set) var words: [Word: Sourced<String>] = [:]
    private(set) var flags: [Flag: Sourced<Bool>] = [:]
    private(set) var port: Sourced<Int>?
    private(set) var passwordPrompts: Sourced<Int>?
    private(set) var strictness: Sourced<StrictHostKeyChecking>?
    private(set) var identityFiles: [Sourced<NamedFile>] = []
    private(set) var certificateFiles: [Sourced<NamedFile>] = []
    private(set) var agent: Sourced<String>?
    private(set) var userKnownHosts: Sourced<[String]>?
    private(set) var globalKnownHosts: Sourced<[String]>?
    /// Without hops: `none`.
    private(set) var jumps: Sourced<[SecureShellHop]>?
    private(set) var proxyCommand: Sourced<String>?
    var warnings: [String] = []

    init() {}

    mutating func set(_ word: Word, _ value: String, _ origin: Origin) {
        words[word] = words[word] ?? Sourced(value, origin)
    }

    /// What the name of the host has become; nothing in the last pass changes it.
    mutating func fix(hostName: Sourced<String>) { words[.hostName] = hostName }

    mutating func set(_ flag: Flag, _ value: Bool, _ origin: Origin) {
        flags[flag] = flags[flag] ?? Sourced(value, origin)
    }

    mutating func set(port value: Int, _ origin: Origin) { port = port ?? Sourced(value, origin) }

    mutating func set(passwordPrompts value: Int, _ origin: Origin) {
        passwordPrompts = passwordPrompts ?? Sourced(value, origin)
    }

    mutating func set(strictness value: StrictHostKeyChecking, _ origin: Origin) {
        strictness = strictness ?? Sourced(value, origin)
    }

    mutating func set(agent value: String, _ origin: Origin) { agent = agent ?? Sourced(value, origin) }

    mutating func set(userKnownHosts files: [String], _ origin: Origin) {
        userKnownHosts = userKnownHosts ?? Sourced(files, origin)
    }

    mutating func set(globalKnownHosts files: [String], _ origin: Origin) {
        globalKnownHosts = globalKnownHosts ?? Sourced(files, origin)
    }

    /// Whichever of both comes first counts; no hops at all leave room for a command.
    mutating func set(jumps value: [SecureShellHop], _ origin: Origin) {
        if jumps == nil, proxyCommand == nil { jumps = Sourced(value, origin) }
    }

    mutating func set(proxyCommand value: String, _ origin: Origin) {
        if jumps?.value.isEmpty ?? true, proxyCommand == nil { proxyCommand = Sourced(value, origin) }
    }

    mutating func add(identity file: NamedFile, _ origin: Origin) throws(ConfigurationFault) {
        try Self.add(file, to: &identityFiles, origin)
    }

    mutating func add(certificate file: NamedFile, _ origin: Origin) throws(ConfigurationFault) {
        try Self.add(file, to: &certificateFiles, origin)
    }

    private static func add(
        _ file: NamedFile, to files: inout [Sourced<NamedFile>], _ origin: Origin
    ) throws(ConfigurationFault) {
        guard files.count < fileLimit else { throw ConfigurationFault("more than \(fileLimit) files") }
        if !files.contains(where: { $0.value == file }) { files.append(Sourced(file, origin)) }
    }

    mutating func warn(_ origin: Origin, _ message: String) {
        let warning = "\(origin): \(message)"
        if !warnings.contains(warning) { warnings.append(warning) }
    }
}
