import ErlangTerm

/// Reads the options of one context.
struct ContextReader {
    let file: String
    let name: String
    let files: any FileSource
    let environment: [String: String]
    var layer = SettingsLayer()
    var holdsSecret = false

    static let keys = [
        "nodes", "transport", "address", "via", "ssh", "identity", "known_hosts", "host_key_fingerprint",
        "ssh_config", "ssh_password", "epmd", "optfile", "ca", "cert", "key", "key_password", "server_name", "insecure",
        "cookie",
        "release", "vm_args", "mode", "lang", "timeout", "accepted",
    ]

    init(file: String, name: String, files: any FileSource, environment: [String: String]) {
        self.file = file
        self.name = name
        self.files = files
        self.environment = environment
    }

    mutating func read(_ option: LocatedTerm) throws(SettingsError) {
        guard case .tuple(let pair) = option.term, pair.count == 2, case .atom(let key) = pair[0] else {
            throw ContextFile.error("expected {Key, Value}", option, file)
        }
        let value = pair[1]
        let origin = Origin.context(name, file: file, line: option.position.line)
        switch key.name {
        case "nodes":
            let names = try words(value, option, "a list of node names", SettingText.isNodeName)
            layer.nodes = Sourced(names, origin)
        case "accepted":
            let words = try words(value, option, "a list of identifiers as 'CVE-2025-32433'", SettingText.isWeakness)
            layer.accepted = Sourced(words, origin)
        case "transport":
            layer.transport = try parsed(value, option, "auto, tls, tcp or ssh", SettingText.transport)
                .map { Sourced($0, origin) }
        case "address": layer.address = Sourced(try parsed(value, option, "\"HOST:PORT\"", HostAndPort.init), origin)
        case "via": layer.via = Sourced(try parsed(value, option, TunnelChoice.expected, TunnelChoice.init), origin)
        case "ssh":
            layer.ssh = Sourced(try parsed(value, option, SecureShellChoice.expected, SecureShellChoice.init), origin)
        case "identity":
            let paths = try words(value, option, "a file name or a list of them") { !$0.isEmpty }
            layer.sshOptions.identities = Sourced(paths.map(resolve), origin)
        case "known_hosts": layer.sshOptions.knownHosts = Sourced(try path(value, option), origin)
        case "host_key_fingerprint":
            let texts = try words(value, option, HostKeyFingerprint.expected) { HostKeyFingerprint($0) != nil }
            layer.sshOptions.fingerprints = SecureShellOptions.fingerprints(texts).map { Sourced($0, origin) }
        case "ssh_config": layer.sshOptions.configuration = Sourced(try configuration(value, option), origin)
        case "ssh_password": layer.sshOptions.password = Sourced(try sshPassword(value, option), origin)
        case "epmd":
            let text: Term = if case .integer(let port) = value { .atom(Atom(String(port))) } else { value }
            layer.epmd = Sourced(try parsed(text, option, "\"HOST:PORT\", a port or none", SettingText.epmd), origin)
        case "optfile": layer.optfile = Sourced(try path(value, option), origin)
        case "ca": layer.tls.ca = Sourced(try path(value, option), origin)
        case "cert": layer.tls.certificate = Sourced(try path(value, option), origin)
        case "key": layer.tls.key = Sourced(try path(value, option), origin)
        case "key_password": layer.tls.password = try secret(value, option).map { Sourced($0, origin) }
        case "server_name":
            layer.tls.serverName = Sourced(.name(try parsed(value, option, "a name") { $0.isEmpty ? nil : $0 }), origin)
        case "insecure":
            layer.tls.verifiesPeer = Sourced(!(try parsed(value, option, "true or false", SettingText.boolean)), origin)
        case "cookie": layer.cookie = try secret(value, option).map { Sourced($0, origin) }
        case "release": layer.release = Sourced(try path(value, option), origin)
        case "vm_args": layer.vmArguments = Sourced(try path(value, option), origin)
        case "mode":
            let modes = AccessMode.allCases.map(\.rawValue).joined(separator: ", ")
            layer.mode = Sourced(try parsed(value, option, modes) { AccessMode(rawValue: $0) }, origin)
        case "lang":
            let languages = ShellLanguage.allCases.map(\.rawValue).joined(separator: " or ")
            layer.language = Sourced(try parsed(value, option, languages) { ShellLanguage(rawValue: $0) }, origin)
        case "timeout":
            // As behind --timeout: a number without a unit is seconds.
            let text: Term = if case .integer(let count) = value { .atom(Atom("\(count)")) } else { value }
            let expected = "seconds or a text as \"10s\""
            layer.timeoutMilliseconds = Sourced(try parsed(text, option, expected, SettingText.milliseconds), origin)
        default:
            let hint = ContextFile.hint(key.name, Self.keys)
            throw ContextFile.error("unknown key \(key.name) in context \(name)\(hint)", option, file)
        }
    }

    /// Atoms or strings, or a single one.
    private func words(
        _ value: Term, _ option: LocatedTerm, _ expectation: String, _ isWord: (String) -> Bool
    ) throws(SettingsError) -> [String] {
        let key = if case .tuple(let pair) = option.term, let key = pair.first?.text { key } else { "" }
        let expected = ContextFile.error("\(key): expected \(expectation)", option, file)
        let elements: [Term]
        switch value {
        case .atom, .binary: elements = [value]
        // A string is one name.
        case .list(let list): elements = list.first?.integer == nil ? list : [value]
        default: throw expected
        }
        var names: [String] = []
        for element in elements {
            guard let text = element.text, isWord(text) else { throw expected }
            names.append(text)
        }
        return names
    }

    private func parsed<Value>(
        _ value: Term, _ option: LocatedTerm, _ expected: String, _ parse: (String) -> Value?
    ) throws(SettingsError) -> Value {
        guard let text = value.text, let result = parse(text) else {
            let key = if case .tuple(let pair) = option.term, let key = pair.first?.text { key } else { "" }
            throw ContextFile.error("\(key): expected \(expected)", option, file)
        }
        return result
    }

    private func path(_ value: Term, _ option: LocatedTerm) throws(SettingsError) -> String {
        resolve(try parsed(value, option, "a file name") { $0.isEmpty ? nil : $0 })
    }

    /// A file, or that there is none.
    private func configuration(_ value: Term, _ option: LocatedTerm) throws(SettingsError) -> String {
        value.text == "none" ? "none" : try path(value, option)
    }

    private func resolve(_ path: String) -> String {
        if path.hasPrefix("~/"), let home = environment["HOME"] {
            return FilePath.join(home, String(path.dropFirst(2)))
        }
        return FilePath.join(FilePath.directory(of: file), path)
    }

    /// `ask` or `{file, F}`. One that stands in the file itself is not taken: it would be sent to a host.
    private func sshPassword(_ value: Term, _ option: LocatedTerm) throws(SettingsError) -> SecureShellPassword {
        switch value {
        case .atom where value.text == "ask": return .asked
        case .tuple(let pair) where pair.count == 2 && pair[0] == .atom("file"):
            if let path = pair[1].text, !path.isEmpty { return try SecureShellPassword(file: resolve(path), files) }
            fallthrough
        default: throw ContextFile.error("ssh_password: expected ask or {file, F}", option, file)
        }
    }

    /// `{file, F}`, `{env, V}`, or the secret itself.
    private mutating func secret(_ value: Term, _ option: LocatedTerm) throws(SettingsError) -> Secret? {
        let key = if case .tuple(let pair) = option.term, let key = pair.first?.text { key } else { "" }
        switch value {
        case .tuple(let pair) where pair.count == 2 && pair[0] == .atom("file"):
            guard let path = pair[1].text, !path.isEmpty else {
                throw ContextFile.error("\(key): expected {file, \"...\"}", option, file)
            }
            return key == "key_password"
                ? try PasswordFile.read(resolve(path), files) : try CookieFile.read(resolve(path), files, .named)
        case .tuple(let pair) where pair.count == 2 && pair[0] == .atom("env"):
            guard let variable = pair[1].text, !variable.isEmpty else {
                throw ContextFile.error("\(key): expected {env, \"...\"}", option, file)
            }
            guard let text = environment[variable], !text.isEmpty else {
                throw ContextFile.error("\(key): the environment has no \(variable)", option, file)
            }
            return Secret(text)
        case .atom, .list, .binary:
            guard let text = value.text, !text.isEmpty else { fallthrough }
            holdsSecret = true
            return Secret(text)
        default:
            throw ContextFile.error("\(key): expected {file, F}, {env, V} or a string", option, file)
        }
    }
}
