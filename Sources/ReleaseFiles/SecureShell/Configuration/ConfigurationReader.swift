/// Reads files of `ssh_config` for one host, as OpenSSH 9.2 reads them: sections that are not for the host are checked
/// and passed over, the first value counts, and what is wrong anywhere is an error. It runs nothing.
struct ConfigurationReader {
    /// Who asks for what; the names that sections are compared with.
    struct Request {
        /// As it was typed.
        var originalHost: String
        /// The same in the first pass, what became of it in the last one.
        var host: String
        /// Typed.
        var user: String?
        var isFinal: Bool
    }

    struct Manner {
        /// A file of the user's, where `~` may stand in names of files.
        var isOfUser: Bool
        /// Whether one that others may write to is refused.
        var checksOwner: Bool
        /// Whether it is included by a section that is not for this host.
        var isPassedOver = false
    }

    /// OpenSSH's `READCONF_MAX_DEPTH`.
    static let depthLimit = 16
    /// In all, so that files that include each other end.
    static let fileLimit = 256

    let files: any FileSource
    let user: SecureShellUser
    var request: Request
    var options: CollectedOptions
    /// Whether the last pass is asked for (`Match final`).
    private(set) var wantsFinalPass = false
    private var filesRead = 0

    init(_ files: any FileSource, _ user: SecureShellUser, _ request: Request, _ options: CollectedOptions) {
        self.files = files
        self.user = user
        self.request = request
        self.options = options
    }

    /// - Returns: false where there is no such file.
    @discardableResult
    mutating func read(_ path: String, _ manner: Manner) throws(SettingsError) -> Bool {
        var isActive = true
        return try read(path, manner, &isActive, depth: 0)
    }

    private mutating func read(
        _ path: String, _ manner: Manner, _ isActive: inout Bool, depth: Int
    ) throws(SettingsError) -> Bool {
        guard depth <= Self.depthLimit else {
            throw SettingsError(
                .configuration, "files include each other more than \(Self.depthLimit) deep", file: path)
        }
        filesRead += 1
        guard filesRead <= Self.fileLimit else {
            throw SettingsError(.configuration, "more than \(Self.fileLimit) files are included", file: path)
        }
        guard let status = files.status(path) else { return false }
        if manner.checksOwner {
            let isOwn = status.owner == 0 || status.owner == user.identifier
            guard isOwn, status.permissions & 0o022 == 0 else {
                throw SettingsError(
                    .configuration,
                    "others may write to it\(isOwn ? "" : ", or own it"), so that ssh refuses it too (chmod go-w)",
                    file: path)
            }
        }
        // It opens, and there are no lines in it.
        if status.isDirectory { return true }
        let bytes: [UInt8]
        do throws(FileFailure) { bytes = try files.read(path) } catch {
            if error.isMissing { return false }
            if depth == 0, !manner.isOfUser {
                // As for ssh, which does not mention it.
                options.warn(.file(path, line: nil), "not read: \(error.reason)")
                return false
            }
            throw SettingsError(.noInput, "cannot read the SSH settings: \(error.reason)", file: path)
        }
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            do throws(ConfigurationFault) {
                guard let line = try ConfigurationLine(line) else { continue }
                let place = Origin.file(path, line: number)
                if line.keyword == "include" {
                    let included = try paths(of: line, manner)
                    let outside = isActive
                    for file in included {
                        var inner = Manner(isOfUser: manner.isOfUser, checksOwner: true)
                        inner.isPassedOver = manner.isPassedOver || !outside
                        guard try readIncluded(file, inner, &isActive, depth: depth + 1) else {
                            throw ConfigurationFault("cannot read \(file)")
                        }
                        isActive = outside
                    }
                } else {
                    try take(line, place, manner, &isActive)
                }
            } catch {
                throw error.located(path, number)
            }
        }
        return true
    }

    /// An error in another file is told with that file's place.
    private mutating func readIncluded(
        _ path: String, _ manner: Manner, _ isActive: inout Bool, depth: Int
    ) throws(ConfigurationFault) -> Bool {
        do throws(SettingsError) { return try read(path, manner, &isActive, depth: depth) } catch {
            throw ConfigurationFault(elsewhere: error)
        }
    }

    // MARK: Lines

    private mutating func take(
        _ line: ConfigurationLine, _ place: Origin, _ manner: Manner, _ isActive: inout Bool
    ) throws(ConfigurationFault) {
        let keyword = line.keyword
        switch keyword {
        case "host": isActive = try isMeant(line.words, manner)
        case "match": isActive = try isMatched(line, place, manner)
        default:
            guard ConfigurationKeywords.known.contains(keyword) else {
                let ignored = options.words[.ignoredKeywords]?.value
                if let ignored, HostPattern.listMatches(keyword, ignored, ignoresCase: true) { return }
                throw ConfigurationFault("there is no setting '\(keyword)'; IgnoreUnknown names those to pass over")
            }
            let taken = try value(of: line, place, manner)
            guard isActive else { return }
            try taken(&options)
            if ConfigurationKeywords.unhonoured(keyword, line.words.first ?? "") {
                options.warn(place, "\(keyword) is not honoured")
            }
        }
    }

    /// `Host`: patterns, of which one has to match, and none with `!` before it.
    private func isMeant(_ patterns: [String], _ manner: Manner) throws(ConfigurationFault) -> Bool {
        guard !patterns.contains("") else { throw ConfigurationFault("an empty pattern") }
        if manner.isPassedOver { return false }
        var isMeant = false
        for pattern in patterns {
            let isNegated = pattern.hasPrefix("!")
            guard HostPattern.matches(request.host, isNegated ? String(pattern.dropFirst()) : pattern) else { continue }
            if isNegated { return false }
            isMeant = true
        }
        return isMeant
    }

    /// `Match`: all criteria have to hold. `exec` is never run, and never holds.
    private mutating func isMatched(
        _ line: ConfigurationLine, _ place: Origin, _ manner: Manner
    ) throws(ConfigurationFault) -> Bool {
        var criteria = MatchCriteria(line.rest)
        var result = true
        while let criterion = try criteria.next() {
            let holds: Bool
            switch criterion.name {
            case "all":
                return criterion.isNegated ? false : result
            case "final", "canonical":
                if criterion.name == "final" { wantsFinalPass = true }
                holds = request.isFinal
            case "host":
                holds = HostPattern.listMatches(try dialledHost(), criterion.argument, ignoresCase: true)
            case "originalhost":
                holds = HostPattern.listMatches(request.originalHost, criterion.argument, ignoresCase: true)
            case "user":
                let remote = request.user ?? options.words[.user]?.value ?? user.name
                holds = HostPattern.listMatches(remote, criterion.argument, ignoresCase: false)
            case "localuser": holds = HostPattern.listMatches(user.name, criterion.argument, ignoresCase: false)
            default:
                if result, !manner.isPassedOver {
                    options.warn(place, "'Match \(criterion.name)' is not honoured, and its section not applied")
                }
                result = false
                continue
            }
            if holds == criterion.isNegated { result = false }
        }
        return result && !manner.isPassedOver
    }

    private func dialledHost() throws(ConfigurationFault) -> String {
        if request.isFinal { return request.host }
        guard let name = options.words[.hostName]?.value else { return request.host }
        return try TokenExpansion(["h": request.host]).expanded(name)
    }
}
