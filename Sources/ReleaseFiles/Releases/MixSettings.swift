import ErlangTerm

/// The settings of a mix release, from `env.sh` as far as it is known, and `releases/COOKIE`.
struct MixSettings {
    var node: Sourced<String>?
    var distribution: Sourced<String>?
    var cookie: Sourced<Secret>?
    /// Emulator flags that the script sets.
    var flags: VMArguments?
    /// Variables whose values are not known, with the reason and the line.
    var unread: [String: (reason: String, line: Int)] = [:]
    var warnings: [String] = []

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

    /// What `env.sh` says at its end.
    mutating func add(_ script: EnvironmentScript, path: String) {
        if script.hasCarriageReturns {
            warnings.append("\(path): its lines end with a carriage return, which sh takes for a part of the values")
        }
        node = value(of: "RELEASE_NODE", script, path)
        distribution = value(of: "RELEASE_DISTRIBUTION", script, path)
        cookie = value(of: "RELEASE_COOKIE", script, path)?.map { Secret($0) }
        let texts = EnvironmentScript.names.filter(\.isInherited).compactMap { value(of: $0.name, script, path) }
        if case .file(_, let line?)? = texts.first?.origin {
            flags = VMArguments.parse(texts.map(\.value).joined(separator: " "), file: path, line: line)
        }
    }

    /// nil for what is not set, as an empty value is to the start script, and for what is not read.
    private mutating func value(of name: String, _ script: EnvironmentScript, _ path: String) -> Sourced<String>? {
        switch script[name] {
        case .untouched, .absent: return nil
        case .value(let text, let line, let missing):
            let origin = Origin.file(path, line: line)
            if !missing.isEmpty {
                warnings.append("\(origin): \(name) is made of \(missing.joined(separator: ", ")), which is not set")
            }
            return text.isEmpty ? nil : Sourced(text, origin)
        case .unknown(let reason, let line):
            unread[name] = (reason, line)
            warnings.append("\(Origin.file(path, line: line)): \(name) is not read: it depends on \(reason)")
            return nil
        }
    }
}
