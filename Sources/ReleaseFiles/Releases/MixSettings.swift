import ErlangTerm

/// The settings of a mix release, from the lines of `env.sh` that can be read without a shell.
struct MixSettings {
    var node: Sourced<String>?
    var distribution: Sourced<String>?
    var cookie: Sourced<Secret>?
    /// Emulator flags that the script sets.
    var flags: VMArguments?
    var warnings: [String] = []

    private static let names: Set<String> = [
        "RELEASE_NODE", "RELEASE_DISTRIBUTION", "RELEASE_COOKIE", "ELIXIR_ERL_OPTIONS", "ERL_FLAGS",
    ]

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

    /// `export NAME=value` and `NAME=value` with quotes and plain variables; anything that the shell would compute is
    /// named in a warning.
    mutating func readScript(_ bytes: [UInt8], path: String, environment: [String: String]) {
        var variables = environment
        let lines = String(decoding: bytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            var text = line.drop { $0 == " " || $0 == "\t" }
            if text.hasPrefix("export ") { text = text.dropFirst(7).drop { $0 == " " } }
            guard let equals = text.firstIndex(of: "=") else { continue }
            let name = String(text[..<equals])
            guard name.utf8.allSatisfy(ShellWord.isNameByte), !name.isEmpty else { continue }
            let origin = Origin.file(path, line: index + 1)
            let written = text[text.index(after: equals)...]
            guard let value = ShellWord.value(written, variables: variables) else {
                if Self.names.contains(name) {
                    warnings.append("\(origin): \(name) is computed by the shell; not read")
                }
                continue
            }
            variables[name] = value
            switch name {
            case "RELEASE_NODE": node = Sourced(value, origin)
            case "RELEASE_DISTRIBUTION": distribution = Sourced(value, origin)
            case "RELEASE_COOKIE": cookie = Sourced(Secret(value), origin)
            case "ELIXIR_ERL_OPTIONS", "ERL_FLAGS": flags = VMArguments.parse(value, file: path, line: index + 1)
            default: break
            }
        }
    }
}
