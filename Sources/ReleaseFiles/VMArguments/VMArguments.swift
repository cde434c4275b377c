import ErlangTerm

/// The arguments of an emulator from a `vm.args`, with the files that it names by `-args_file`, grouped into flags
/// as `init` groups them.
package struct VMArguments: Sendable {
    /// One argument and where it stands.
    package struct Argument: Hashable, Sendable {
        package var text: String
        package var file: String
        package var line: Int

        package var origin: Origin { .file(file, line: line) }
    }

    /// `-name value …`, the name without its dash.
    package struct Flag: Hashable, Sendable {
        package var name: Argument
        package var values: [Argument]
    }

    /// In order, without those of the emulator (`+X`), `-env`, and what follows `-extra`.
    package let flags: [Flag]
    /// The file in which variables were replaced.
    let expandedFile: String?
    /// Every file that was read, the first one first.
    package let files: [String]

    /// Values of each occurrence of a flag (`init:get_argument/1`).
    package func values(of name: String) -> [[Argument]] {
        flags.filter { $0.name.text == name }.map(\.values)
    }

    /// With what stands before them on the command line.
    func preceded(by others: VMArguments?) -> VMArguments {
        VMArguments(flags: (others?.flags ?? []) + flags, expandedFile: expandedFile, files: files)
    }

    /// Reads a file and those that it names.
    ///
    /// - Parameters:
    ///   - expanding: the environment for `${VAR}` in `path` itself, for a `.src` file; nil when nothing is replaced.
    ///   - directories: where relative `-args_file` names are looked for besides the working directory.
    package static func read(
        _ path: String, _ source: any FileSource, expanding: [String: String]? = nil, directories: [String] = []
    ) throws(SettingsError) -> VMArguments {
        var reader = ArgumentReader(source: source, expanding: expanding, directories: directories)
        try reader.read(path, depth: 0, from: nil)
        return reader.finish()
    }
}

extension VMArguments {
    /// The arguments of a variable such as `ERL_FLAGS`, all of one place.
    static func parse(_ text: String, file: String, line: Int) -> VMArguments {
        var reader = ArgumentReader(source: SystemFiles(), expanding: nil, directories: [])
        reader.arguments = ArgumentTokenizer.tokens(Array(text.utf8)).map {
            Argument(text: $0.text, file: file, line: line)
        }
        return reader.finish()
    }
}

/// Follows `-args_file` (`get_file_args`, erlexec.c) and sorts out what `erlexec` keeps from `init`.
private struct ArgumentReader {
    let source: any FileSource
    let expanding: [String: String]?
    let directories: [String]
    var arguments: [VMArguments.Argument] = []
    var files: [String] = []

    /// A file may name itself; `erl` would read for ever.
    private static let depthLimit = 20
    private static let fileLimit = 200

    init(source: any FileSource, expanding: [String: String]?, directories: [String]) {
        self.source = source
        self.expanding = expanding
        self.directories = directories
    }

    mutating func read(
        _ path: String, depth: Int, from parent: VMArguments.Argument?
    ) throws(SettingsError) {
        guard depth < Self.depthLimit, files.count < Self.fileLimit else {
            throw error(.configuration, "-args_file: files name each other in a circle", at: parent)
        }
        files.append(path)
        let tokens = ArgumentTokenizer.tokens(
            try bytes(of: path, expanding: depth == 0 ? expanding : nil, from: parent))
        var index = 0
        while index < tokens.count {
            let argument = VMArguments.Argument(text: tokens[index].text, file: path, line: tokens[index].line)
            index += 1
            // The rest is the program's, and with it the end of this file: the last flag stays open.
            if argument.text == "-extra" { return }
            guard argument.text == "-args_file" else {
                arguments.append(argument)
                continue
            }
            guard index < tokens.count else {
                throw error(.configuration, "-args_file: a file name is missing", at: argument)
            }
            let places = [FilePath.directory(of: path)] + directories
            let nested = FilePath.locate(tokens[index].text, in: places, source)
            index += 1
            try read(nested, depth: depth + 1, from: argument)
        }
        // So that the flags of one file end with it.
        if let last = tokens.last { arguments.append(VMArguments.Argument(text: "--", file: path, line: last.line)) }
    }

    private func bytes(
        of path: String, expanding: [String: String]?, from parent: VMArguments.Argument?
    ) throws(SettingsError) -> [UInt8] {
        let bytes: [UInt8]
        do throws(FileFailure) {
            bytes = try source.read(path)
        } catch {
            throw self.error(.noInput, "cannot read \(path): \(error.reason)", at: parent)
        }
        guard let expanding else { return Placeholder.protected(bytes) }
        var expansion = VariableExpansion(environment: expanding)
        do throws(VariableExpansion.Endless) {
            return Placeholder.protected(try expansion.expand(bytes))
        } catch {
            let place = SourcePosition(line: error.line, column: 1)
            throw SettingsError(.configuration, "a variable names itself", file: path, position: place)
        }
    }

    private func error(
        _ kind: SettingsError.Kind, _ message: String, at place: VMArguments.Argument?
    ) -> SettingsError {
        let position = place.map { SourcePosition(line: $0.line, column: 1) }
        return SettingsError(kind, message, file: place?.file, position: position)
    }

    func finish() -> VMArguments {
        var flags: [VMArguments.Flag] = []
        var isOpen = false
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let text = argument.text
            if text == "-env" {
                // A variable of the emulator's; the port of epmd has been read by then.
                rest = rest.dropFirst(2)
            } else if text.hasPrefix("+") {
                if Self.takesValue(text, next: rest.first?.text) { rest.removeFirst() }
            } else if text == "--" {
                isOpen = false
            } else if text.hasPrefix("-") {
                var name = argument
                name.text.removeFirst()
                flags.append(VMArguments.Flag(name: name, values: []))
                isOpen = true
            } else if isOpen {
                flags[flags.count - 1].values.append(argument)
            }
        }
        return VMArguments(flags: flags, expandedFile: expanding == nil ? nil : files.first, files: files)
    }

    /// Whether a flag of the emulator takes the argument behind it.
    private static func takesValue(_ flag: String, next: String?) -> Bool {
        guard let next else { return false }
        let name = flag.dropFirst()
        if exactlyWithValue.contains(String(name)) { return true }
        switch name.first {
        case "M", "h", "r", "s", "z": return name.count > 1 && !next.hasPrefix("-") && !next.hasPrefix("+")
        case "B": return name == "B" && next == "i"
        case "c": return name == "c" && (next == "true" || next == "false")
        default: return false
        }
    }

    private static let exactlyWithValue: Set<String> = [
        "a", "A", "C", "e", "i", "n", "P", "Q", "t", "T", "R", "W", "K", "S", "SP", "SDcpu", "SDPcpu", "SDio", "IOt",
        "IOp", "IOPt", "IOPp", "pc",
    ]
}
