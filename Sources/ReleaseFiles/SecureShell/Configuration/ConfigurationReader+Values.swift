/// What lines say. It is checked in sections for other hosts too; what is returned is done in those for this one.
extension ConfigurationReader {
    typealias Taking = (inout CollectedOptions) throws(ConfigurationFault) -> Void

    func value(
        of line: ConfigurationLine, _ place: Origin, _ manner: Manner
    ) throws(ConfigurationFault) -> Taking {
        let keyword = line.keyword
        if let word = ConfigurationKeywords.words[keyword] {
            let text = try Self.only(line)
            return { options in options.set(word, text, place) }
        }
        if let flag = ConfigurationKeywords.flags[keyword] {
            let isSet = try Self.flag(line)
            return { options in options.set(flag, isSet, place) }
        }
        switch keyword {
        case "port":
            let text = try Self.only(line)
            guard let port = text == "ssh" ? SecureShellSettings.usualPort : HostAndPort.port(text) else {
                throw ConfigurationFault("'\(text)' is no port")
            }
            return { options in options.set(port: port, place) }
        case "numberofpasswordprompts":
            let text = try Self.only(line)
            guard let count = Int(text), count >= 0 else {
                throw ConfigurationFault("'\(text)' is no number of prompts")
            }
            return { options in options.set(passwordPrompts: count, place) }
        case "pubkeyauthentication", "dsaauthentication":
            let text = try Self.only(line)
            // How a signature is bound to the connection is the library's.
            let isSet = ["unbound", "host-bound"].contains(text.loweredASCII) ? true : try Self.flag(line)
            return { options in options.set(.takesKeys, isSet, place) }
        case "stricthostkeychecking":
            let text = try Self.only(line)
            guard let strictness = StrictHostKeyChecking(written: text) else {
                throw ConfigurationFault("\(keyword) is yes, no, ask, accept-new or off, not '\(text)'")
            }
            return { options in options.set(strictness: strictness, place) }
        case "identityfile", "identityfile2":
            let file = CollectedOptions.NamedFile(path: try Self.only(line), isOfUser: manner.isOfUser)
            return { options throws(ConfigurationFault) in try options.add(identity: file, place) }
        case "certificatefile":
            let file = CollectedOptions.NamedFile(path: try Self.only(line), isOfUser: manner.isOfUser)
            return { options throws(ConfigurationFault) in try options.add(certificate: file, place) }
        case "identityagent":
            let text = try Self.only(line)
            if text.hasPrefix("$"), !text.hasPrefix("${"), !Self.isVariable(text.dropFirst()) {
                throw ConfigurationFault("'\(text)' names no variable")
            }
            _ = try TokenExpansion([:], environment: user.environment).expandedVariables(text)
            return { options in options.set(agent: text, place) }
        case "userknownhostsfile":
            let paths = try Self.knownHosts(line)
            return { options in options.set(userKnownHosts: paths, place) }
        case "globalknownhostsfile":
            let paths = try Self.knownHosts(line)
            return { options in options.set(globalKnownHosts: paths, place) }
        case "proxycommand":
            let text = line.text
            return { options in options.set(proxyCommand: text, place) }
        case "proxyjump":
            let hops = try SecureShellHop.chain(line.text)
            return { options in options.set(jumps: hops, place) }
        default: return { _ in }
        }
    }

    /// The only word of a line.
    private static func only(_ line: ConfigurationLine) throws(ConfigurationFault) -> String {
        guard let word = line.words.first, !word.isEmpty else {
            throw ConfigurationFault("\(line.keyword) has no value")
        }
        guard line.words.count == 1 else {
            throw ConfigurationFault("\(line.keyword) has one value; quotes keep blanks together")
        }
        return word
    }

    private static func flag(_ line: ConfigurationLine) throws(ConfigurationFault) -> Bool {
        let text = try only(line)
        switch text.loweredASCII {
        case "yes", "true": return true
        case "no", "false": return false
        default: throw ConfigurationFault("\(line.keyword) is yes or no, not '\(text)'")
        }
    }

    /// Paths, or `none` alone, for which nothing is returned.
    private static func knownHosts(_ line: ConfigurationLine) throws(ConfigurationFault) -> [String] {
        let words = line.words
        guard !words.contains("") else { throw ConfigurationFault("an empty file name") }
        guard words.count <= CollectedOptions.knownHostsLimit else {
            throw ConfigurationFault("more than \(CollectedOptions.knownHostsLimit) files")
        }
        if words.count == 1, words[0].loweredASCII == "none" { return [] }
        guard !words.contains(where: { $0.loweredASCII == "none" }) else {
            throw ConfigurationFault("'none' stands alone")
        }
        return words
    }

    /// A name that a variable of the environment can have.
    private static func isVariable(_ name: Substring) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == 0x5F
            }
    }
}

extension SecureShellHop {
    /// OpenSSH has no limit. Each hop is a connection.
    static let chainLimit = 16

    /// `[USER@]HOST[:PORT],...`, or `ssh://` before each.
    /// - Returns: empty for `none`.
    static func chain(_ text: String) throws(ConfigurationFault) -> [SecureShellHop] {
        let written = text.prefix { $0 != "#" }
        var trimmed = Array(written.utf8)
        while let last = trimmed.last, ConfigurationLine.isBlank(last) { trimmed.removeLast() }
        let chain = String(decoding: trimmed, as: UTF8.self)
        if chain.loweredASCII == "none" { return [] }
        let parts = chain.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count <= chainLimit else {
            throw ConfigurationFault("more than \(chainLimit) hosts to jump through")
        }
        var hops: [SecureShellHop] = []
        for part in parts {
            guard let hop = SecureShellHop(part) else {
                throw ConfigurationFault("'\(part)' is no host to jump through: [USER@]HOST[:PORT]")
            }
            hops.append(hop)
        }
        return hops
    }

    private init?(_ text: Substring) {
        let isURI = text.hasPrefix("ssh://")
        let place = isURI ? text.dropFirst(6) : text
        let at = isURI ? place.firstIndex(of: "@") : place.lastIndex(of: "@")
        var user: String?
        var rest = place
        if let at {
            guard at != place.startIndex else { return nil }
            user = String(isURI ? place[..<at].prefix { $0 != ";" } : place[..<at])
            rest = place[at...].dropFirst()
        }
        let name: Substring
        if rest.first == "[" {
            guard let bracket = rest.firstIndex(of: "]") else { return nil }
            name = rest[..<bracket].dropFirst()
            rest = rest[bracket...].dropFirst()
            guard rest.isEmpty || rest.first == ":" else { return nil }
        } else {
            guard !rest.contains("/") || isURI else { return nil }
            name = rest.prefix { $0 != ":" && $0 != "/" }
            rest = rest.dropFirst(name.count)
        }
        guard !name.isEmpty, !name.hasPrefix("-"), SettingText.isOneWord(String(name)) else { return nil }
        var port: Int?
        if rest.first == ":", rest.count > 1 {
            var digits = rest.dropFirst()
            if isURI, digits.last == "/" { digits.removeLast() }
            guard let number = digits == "ssh" ? 22 : HostAndPort.port(digits) else { return nil }
            port = number
        } else if isURI, rest != "", rest != "/", rest != ":" {
            return nil
        }
        self.init(user: user, host: String(name), port: port)
    }
}
