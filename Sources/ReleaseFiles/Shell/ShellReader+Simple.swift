extension ShellReader {
    /// `NAME=value … command word … > file`.
    mutating func simple(
        _ assignments: [ShellAssignment], _ words: [ShellWord], _ redirections: [ShellRedirection], _ line: Int,
        _ state: inout ShellState
    ) -> Bool? {
        guard redirections.allSatisfy(\.isSafe) else {
            // Where it fails, nothing is done.
            var done = state
            redirect(redirections, line, &done)
            _ = simple(assignments, words, [], line, &done)
            merge(&state, done, ShellUnknown(.command, line: line))
            return nil
        }
        redirect(redirections, line, &state)
        guard let first = words.first else { return assign(assignments, &state) }
        guard let name = arguments(first, &state), let command = name.first, name.count == 1 else {
            for word in words.dropFirst() { _ = expand(word, &state) }
            state.forget(ShellUnknown(.anything("a command with a computed name"), line: line))
            return nil
        }
        let isOrdinary = !Self.special.contains(command)
        for assignment in assignments { _ = expand(assignment.value, &state) }
        // For the one command only. With special ones and functions it stays in some shells.
        let stays = !isOrdinary || state.functions == nil || state.functions?[command] != nil
        let unclear = stays ? assignments.map(\.name) : []
        func forgetThem() {
            for name in unclear { assign(name, .unknown(ShellUnknown(.command, line: line)), line: line, &state) }
        }
        forgetThem()
        let status = run(command, Array(words.dropFirst()), line, &state)
        forgetThem()
        return status
    }

    /// One after the other, so that each sees those before it.
    private mutating func assign(_ assignments: [ShellAssignment], _ state: inout ShellState) -> Bool? {
        var hasRunNothing = true
        for assignment in assignments {
            let expansion = expand(assignment.value, &state)
            assign(assignment.name, expansion.value, line: assignment.line, &state)
            if expansion.unknown != nil { hasRunNothing = false }
        }
        return hasRunNothing ? true : nil
    }

    /// The special builtins of POSIX.
    private static let special: Set<String> = [
        ".", ":", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "times",
        "trap", "unset",
    ]
    /// They change no variable, whatever their arguments are.
    private static let harmless: Set<String> = [
        "true", "echo", "umask", "ulimit", "cd", "pwd", "type", "hash", "kill", "wait", "jobs", "shift", "times",
        "sleep", "mkdir", "cat", "chmod", "chown", "cp", "rm", "touch", "ln", "mv", "grep", "sed", "awk", "logger",
    ]
    /// What is of bash, or may set anything.
    private static let opaque: Set<String> = [
        "eval", ".", "source", "local", "declare", "typeset", "let", "mapfile", "readarray", "shopt", "enable",
        "builtin", "command", "getopts", "bind", "fc", "trap",
    ]
    /// What comes behind them may mean something else, or not be reached.
    private static let diverting: Set<String> = ["alias", "unalias", "break", "continue"]

    private mutating func run(
        _ command: String, _ words: [ShellWord], _ line: Int, _ state: inout ShellState
    ) -> Bool? {
        switch command {
        case ":": return expandAll(words, &state, true)
        case "export", "readonly":
            export(words, isFinal: command == "readonly", line, &state)
            return nil
        case "unset":
            unset(words, line, &state)
            return nil
        case "set":
            set(words, line, &state)
            return nil
        case "return", "exit":
            _ = expandAll(words, &state, nil)
            state.end = command == "return" ? .returned : .exited(line: line)
            return nil
        default: break
        }
        if !Self.special.contains(command), state.functions?[command] != nil {
            _ = expandAll(words, &state, nil)
            _ = call(command, line: line, &state)
            return nil
        }
        switch command {
        case "true": return expandAll(words, &state, true)
        case "false": return expandAll(words, &state, false)
        case "[", "test": return test(words, isBracket: command == "[", &state)
        case "read", "printf":
            readNames(words, command, line, &state)
            return nil
        default: break
        }
        _ = expandAll(words, &state, nil)
        let reason = ShellUnknown(.anything(command), line: line)
        if command == "exec" {
            if !words.isEmpty { state.end = .exited(line: line) }
        } else if Self.diverting.contains(command) {
            state.forget(reason)
            state.end = .perhaps(reason)
        } else if command == "command", ["-v", "-V"].contains(words.first?.plainText) {
            return nil
        } else if Self.opaque.contains(command) {
            state.forget(reason)
        } else if state.functions == nil, !Self.harmless.contains(command) {
            state.forget(state.others ?? reason)
        }
        return nil
    }

    private mutating func expandAll(_ words: [ShellWord], _ state: inout ShellState, _ status: Bool?) -> Bool? {
        for word in words { _ = expand(word, &state) }
        return status
    }

    // MARK: Builtins

    /// All arguments are expanded before the first is assigned.
    private mutating func export(_ words: [ShellWord], isFinal: Bool, _ line: Int, _ state: inout ShellState) {
        var settings: [(name: String, value: ShellValue?, line: Int)] = []
        var unclear: ShellUnknown?
        for word in words {
            if let (name, value) = Self.assignment(in: word) {
                let expansion = expand(value, &state)
                let reason = ShellUnknown(.fileNames, line: word.line)
                let isReplacedWhole = isOneArgument(
                    ShellExpansion(pieces: expansion.pieces.filter(\.isReplaced)), state)
                if !isReplacedWhole || (expansion.unknown != nil && !Self.isQuoted(value)) {
                    // Some shells split it, and take what comes for names.
                    if !isReplacedWhole { unclear = unclear ?? reason }
                    settings.append((name, .unknown(expansion.unknown ?? reason), word.line))
                } else {
                    let isWhole = isOneArgument(expansion, state)
                    settings.append((name, isWhole ? expansion.value : .unknown(reason), word.line))
                }
                continue
            }
            guard let names = arguments(word, &state) else {
                unclear = unclear ?? ShellUnknown(.anything("export of a computed name"), line: word.line)
                continue
            }
            for name in names where name != "-p" {
                guard ShellText.isName(name) else {
                    unclear = unclear ?? ShellUnknown(.anything("export \(name)"), line: word.line)
                    continue
                }
                settings.append((name, nil, word.line))
            }
        }
        for setting in settings {
            if let value = setting.value { assign(setting.name, value, line: setting.line, &state) }
            if isFinal {
                state.readOnly.insert(setting.name)
            } else {
                var variable = lookup(setting.name, state)
                variable.isExported = true
                state.variables[setting.name] = variable
            }
        }
        if let unclear { state.forget(unclear) }
    }

    /// `NAME=value` as an argument.
    private static func assignment(in word: ShellWord) -> (name: String, value: ShellWord)? {
        guard let first = word.parts.first, case .literal(let bytes) = first.kind, !first.isQuoted,
            let equals = bytes.firstIndex(of: UInt8(ascii: "="))
        else { return nil }
        let name = String(decoding: bytes[..<equals], as: UTF8.self)
        guard ShellText.isName(name) else { return nil }
        var value = word
        value.parts[0].kind = .literal(Array(bytes[(equals + 1)...]))
        return (name, value)
    }

    /// Whether what is computed in a word is quoted, so that no shell splits it.
    private static func isQuoted(_ word: ShellWord) -> Bool {
        word.parts.allSatisfy { part in
            if case .literal = part.kind { true } else { part.isQuoted }
        }
    }

    private mutating func unset(_ words: [ShellWord], _ line: Int, _ state: inout ShellState) {
        var removesFunctions = false
        for word in words {
            guard let names = arguments(word, &state) else {
                state.forget(ShellUnknown(.anything("unset of a computed name"), line: line))
                continue
            }
            for name in names {
                if name == "-f" || name == "-v" {
                    removesFunctions = name == "-f"
                } else if removesFunctions {
                    state.functions = nil
                } else if ShellText.isName(name), !state.readOnly.contains(name) {
                    if name == "IFS" { state.splitsOtherwise = true }
                    state.variables[name] = ShellVariable(value: .unset, line: line, isExported: false)
                    // bash removes a function where there is no variable.
                    if state.functions?[name] != nil { state.functions = nil }
                } else {
                    state.forget(ShellUnknown(.anything("unset \(name)"), line: line))
                }
            }
        }
    }

    private mutating func set(_ words: [ShellWord], _ line: Int, _ state: inout ShellState) {
        var isOptionName = false
        for word in words {
            guard let argument = arguments(word, &state)?.first else {
                // Of `set -- …` and the like nothing is known but that the parameters change.
                if words.first?.plainText == "--" { continue }
                return state.forget(ShellUnknown(.anything("set"), line: line))
            }
            if argument == "--" { break }
            let isOn = argument.hasPrefix("-")
            if isOptionName {
                isOptionName = false
                guard ["errexit", "xtrace", "noglob", "noclobber", "verbose"].contains(argument) else {
                    return state.forget(ShellUnknown(.anything("set -o \(argument)"), line: line))
                }
                continue
            }
            guard isOn || argument.hasPrefix("+"), argument.count > 1 else { break }
            for letter in argument.dropFirst() {
                switch letter {
                case "e", "x", "f", "v", "C": break
                case "u": state.refusesUnset = isOn
                case "a": state.exportsAll = isOn
                case "o": isOptionName = true
                default: return state.forget(ShellUnknown(.anything("set \(argument)"), line: line))
                }
            }
        }
    }

    /// `read A B`; `printf -v A` of bash.
    private mutating func readNames(_ words: [ShellWord], _ command: String, _ line: Int, _ state: inout ShellState) {
        if command == "printf" {
            let first = words.first?.plainText
            _ = expandAll(words, &state, nil)
            if first?.hasPrefix("-v") ?? true, words.first?.parts.first?.isQuoted != true {
                state.forget(ShellUnknown(.anything("printf -v"), line: line))
            }
            return
        }
        for word in words {
            guard let names = arguments(word, &state) else {
                state.forget(ShellUnknown(.anything(command), line: line))
                continue
            }
            for name in names where ShellText.isName(name) {
                assign(name, .unknown(ShellUnknown(.command, line: line)), line: line, &state)
            }
        }
        if words.isEmpty { assign("REPLY", .unknown(ShellUnknown(.command, line: line)), line: line, &state) }
    }

    /// Conditions on texts; those on files and numbers are not known.
    private mutating func test(_ words: [ShellWord], isBracket: Bool, _ state: inout ShellState) -> Bool? {
        var arguments: [String] = []
        var isKnown = true
        for word in words {
            if let values = self.arguments(word, &state) { arguments += values } else { isKnown = false }
        }
        guard isKnown else { return nil }
        if isBracket { guard arguments.popLast() == "]" else { return nil } }
        switch arguments.count {
        case 0: return false
        case 1: return !arguments[0].isEmpty
        case 2:
            switch arguments[0] {
            case "-n": return !arguments[1].isEmpty
            case "-z": return arguments[1].isEmpty
            case "!": return arguments[1].isEmpty
            default: return nil
            }
        case 3:
            switch arguments[1] {
            case "=": return arguments[0] == arguments[2]
            case "!=": return arguments[0] != arguments[2]
            default: return nil
            }
        default: return nil
        }
    }
}
