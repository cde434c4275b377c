import ErlangTerm

/// The settings of a mix release, from `env.sh` and `releases/COOKIE`.
struct MixSettings {
    var node: Sourced<String>?
    var distribution: Sourced<String>?
    var cookie: Sourced<Secret>?
    /// Emulator flags that the script sets.
    var flags: VMArguments?
    /// Why there is no node or no cookie although the script sets one.
    var nameProblem: String?
    var cookieProblem: String?
    /// Where the script sets the one that is not known.
    var unreadCookie: Origin?
    /// What was done, for a person.
    var notices: [String] = []
    var warnings: [String] = []

    /// What is asked for.
    struct Request {
        /// Nobody else names a node, or gives a cookie.
        var wantsNode = true
        var wantsCookie = true
        var shell: ShellUse

        func wants(_ name: String) -> Bool {
            switch name {
            case "RELEASE_NODE", "RELEASE_DISTRIBUTION": wantsNode
            case "RELEASE_COOKIE": wantsCookie
            default: true
            }
        }
    }

    /// - Returns: nil when there is no such file; one that cannot be read is named in a warning.
    mutating func read(_ path: String, _ files: any FileSource) -> [UInt8]? {
        do throws(FileFailure) {
            return try files.read(path)
        } catch {
            if !error.isMissing { warnings.append("\(path): cannot be read: \(error.reason)") }
            return nil
        }
    }

    /// `releases/COOKIE`; one that is no cookie is named in a warning.
    mutating func readCookie(_ path: String, _ files: any FileSource) {
        guard let bytes = read(path, files) else { return }
        do throws(SettingsError) {
            cookie = Sourced(try CookieFile.cookie(in: bytes, path: path), .file(path, line: nil))
        } catch {
            warnings.append("\(path): \(error.message)")
        }
    }

    /// What `env.sh` says at its end; where that depends on what only a shell can know, a shell is asked.
    /// - Parameter path: of the script, as it is shown.
    mutating func add(
        _ script: EnvironmentScript, path: String, _ run: EnvironmentRun, _ request: Request
    ) {
        if script.hasCarriageReturns {
            warnings.append(
                "\(path): its lines end with a carriage return, which sh takes for a part of the values")
        }
        var values: [String: Sourced<String>] = [:]
        var problems: [String: String] = [:]
        var unread: [(name: String, place: Origin, reason: String)] = []
        for (name, _) in EnvironmentScript.names where request.wants(name) {
            switch script[name] {
            case .untouched, .absent: break
            case .value(let text, let line, let missing):
                let place = Origin.file(path, line: line)
                if !missing.isEmpty {
                    let which =
                        "\(place): \(name) is made of \(missing.joined(separator: ", ")), which is not set"
                    if name == "RELEASE_NODE", !text.isEmpty, !SettingText.isNodeName(text) {
                        problems[name] = which
                        continue
                    }
                    warnings.append(which)
                }
                values[name] = Sourced(text, place)
            case .unknown(let reason, let line): unread.append((name, .file(path, line: line), reason))
            }
        }
        if let first = unread.first {
            do throws(EnvironmentShellFailure) {
                let found = try Self.ask(request.shell, script, run)
                for (name, place, _) in unread { values[name] = Sourced(found[name] ?? "", place) }
                notices.append("sh has run \(path), as \(first.name) depends on \(first.reason)")
            } catch {
                for (name, place, reason) in unread {
                    problems[name] = "\(place): \(name) is not read: it depends on \(reason), and \(error.message)"
                }
                unreadCookie = unread.first { $0.name == "RELEASE_COOKIE" }?.place
                warnAboutFlags(unread, error.message)
            }
        }
        take(values.filter { !$0.value.value.isEmpty }, problems)
    }

    /// One line for all that one place of the script leaves open.
    private mutating func warnAboutFlags(
        _ unread: [(name: String, place: Origin, reason: String)], _ why: String
    ) {
        let inherited = Set(EnvironmentScript.names.filter(\.isInherited).map(\.name))
        var open = unread.filter { inherited.contains($0.name) }
        while let first = open.first {
            let alike = open.filter { $0.place == first.place && $0.reason == first.reason }.map(\.name)
            open.removeAll { alike.contains($0.name) }
            let names = alike.joined(separator: ", ") + (alike.count > 1 ? " are" : " is")
            warnings.append("\(first.place): \(names) not read: this depends on \(first.reason), and \(why)")
        }
    }

    private static func ask(
        _ use: ShellUse, _ script: EnvironmentScript, _ run: EnvironmentRun
    ) throws(EnvironmentShellFailure) -> [String: String] {
        switch use {
        case .refused(let reason): throw EnvironmentShellFailure(reason)
        case .permitted where script.hasCarriageReturns:
            throw EnvironmentShellFailure("sh does not take its lines, which end with a carriage return")
        case .permitted(let shell): return try shell.run(run)
        }
    }

    /// An empty value is none to the start script.
    private mutating func take(_ values: [String: Sourced<String>], _ problems: [String: String]) {
        nameProblem = problems["RELEASE_NODE"]
        cookieProblem = problems["RELEASE_COOKIE"]
        distribution = values["RELEASE_DISTRIBUTION"]
        cookie = values["RELEASE_COOKIE"]?.map { Secret($0) }
        if let name = values["RELEASE_NODE"] {
            if !SettingText.isNodeName(name.value) {
                nameProblem = "\(name.origin): RELEASE_NODE is '\(name.value)', which is no node name"
            } else if let problem = problems["RELEASE_DISTRIBUTION"] {
                // With a host it has a type of its own.
                let host = name.value.split(separator: "@").dropFirst().first
                if let host {
                    let type = NameType(host: host) == .long ? "name" : "sname"
                    distribution = Sourced(type, name.origin)
                    node = name
                } else {
                    nameProblem = problem
                }
            } else {
                node = name
            }
        } else if nameProblem == nil {
            nameProblem = problems["RELEASE_DISTRIBUTION"]
        }
        let inherited = EnvironmentScript.names.filter(\.isInherited).map(\.name)
        let texts = inherited.compactMap { values[$0] }
        if case .file(let path, let line?)? = texts.first?.origin {
            flags = VMArguments.parse(texts.map(\.value).joined(separator: " "), file: path, line: line)
        }
    }
}
