/// A stretch of an expanded word.
struct ShellPiece: Hashable {
    var bytes: [UInt8]
    var isQuoted: Bool
    /// It came from a replacement, so that a shell may split it.
    var isReplaced: Bool
}

/// A word, expanded as far as it is known.
struct ShellExpansion {
    var pieces: [ShellPiece] = []
    var missing: Set<String> = []
    var unknown: ShellUnknown?

    var bytes: [UInt8] { pieces.flatMap(\.bytes) }

    var value: ShellValue { unknown.map { .unknown($0) } ?? .text(bytes, missing: missing) }

    mutating func note(_ reason: ShellUnknown) { unknown = unknown ?? reason }
}

extension ShellReader {
    /// Values and words beyond this are left to a shell.
    static let valueLimit = 64 << 10

    /// Variables that shells set, or keep, in ways of their own.
    static let ofTheShell: Set<String> = [
        "IFS", "PWD", "OLDPWD", "PPID", "RANDOM", "SRANDOM", "SECONDS", "LINENO", "UID", "EUID", "OPTIND", "OPTARG",
        "OPTERR", "SHLVL", "SHELLOPTS", "BASHOPTS", "GROUPS", "DIRSTACK", "FUNCNAME", "PIPESTATUS", "PS1", "PS2", "PS4",
        "HISTCMD", "EPOCHSECONDS", "EPOCHREALTIME", "MAILCHECK", "_",
    ]
    /// Those that some shells set where the environment does not.
    static let ofSomeShells: Set<String> = [
        "HOSTNAME", "HOSTTYPE", "MACHTYPE", "OSTYPE", "PATH", "TERM", "SHELL", "COLUMNS", "LINES", "KSH_VERSION",
    ]

    /// Assignments within the word are made, as a shell makes them.
    mutating func expand(_ word: ShellWord, _ state: inout ShellState) -> ShellExpansion {
        expand(word.parts, &state)
    }

    private mutating func expand(_ parts: [ShellPart], _ state: inout ShellState) -> ShellExpansion {
        var result = ShellExpansion()
        for part in parts {
            switch part.kind {
            case .literal(let bytes):
                result.pieces.append(ShellPiece(bytes: bytes, isQuoted: part.isQuoted, isReplaced: false))
            case .computed(let cause, let assigns):
                let reason = ShellUnknown(cause, line: part.line)
                for name in assigns { assign(name, .unknown(reason), line: part.line, &state) }
                result.note(reason)
            case .parameter(let parameter):
                let value = expand(parameter, part, &state)
                if let unknown = value.unknown { result.note(unknown) }
                if result.missing.count < 8 { result.missing.formUnion(value.missing) }
                result.pieces += value.pieces
            }
            steps += 1 + (result.pieces.last?.bytes.count ?? 0) / 256
        }
        if result.bytes.count > Self.valueLimit, let line = parts.first?.line {
            result = ShellExpansion(unknown: ShellUnknown(.size, line: line))
        }
        return result
    }

    private mutating func expand(
        _ parameter: ShellParameter, _ part: ShellPart, _ state: inout ShellState
    ) -> ShellExpansion {
        let value = lookup(parameter.name, state).value
        switch parameter.operation {
        case .value: return plain(value, parameter.name, part, &state)
        case .length: return length(of: value, parameter.name, part, &state)
        case .orDefault, .orAssign, .orFail, .ifSet: return conditional(value, parameter, part, &state)
        case .withoutPrefix(let longest):
            return stripped(value, parameter, part, &state) { $0.removingPrefix(of: $1, longest: longest) }
        case .withoutSuffix(let longest):
            return stripped(value, parameter, part, &state) { $0.removingSuffix(of: $1, longest: longest) }
        }
    }

    private mutating func plain(
        _ value: ShellValue, _ name: String, _ part: ShellPart, _ state: inout ShellState
    ) -> ShellExpansion {
        switch value {
        case .text(let bytes, let missing):
            let piece = ShellPiece(bytes: bytes, isQuoted: part.isQuoted, isReplaced: true)
            return ShellExpansion(pieces: [piece], missing: missing)
        case .unknown(let reason): return ShellExpansion(unknown: reason)
        case .unset:
            if state.refusesUnset != false {
                if state.refusesUnset == true { state.end = .exited(line: part.line) }
                return ShellExpansion(unknown: ShellUnknown(.ending, line: part.line))
            }
            let piece = ShellPiece(bytes: [], isQuoted: part.isQuoted, isReplaced: true)
            return ShellExpansion(pieces: [piece], missing: [name])
        }
    }

    private mutating func length(
        of value: ShellValue, _ name: String, _ part: ShellPart, _ state: inout ShellState
    ) -> ShellExpansion {
        var result = plain(value, name, part, &state)
        guard result.unknown == nil else { return result }
        guard !result.bytes.contains(where: { $0 >= 0x80 }) else {
            return ShellExpansion(unknown: ShellUnknown(.shellVariable("the locale"), line: part.line))
        }
        let text = Array(String(result.bytes.count).utf8)
        result.pieces = [ShellPiece(bytes: text, isQuoted: part.isQuoted, isReplaced: true)]
        return result
    }

    private mutating func conditional(
        _ value: ShellValue, _ parameter: ShellParameter, _ part: ShellPart, _ state: inout ShellState
    ) -> ShellExpansion {
        let isSet: Bool?
        switch value {
        case .text(let bytes, _): isSet = !(parameter.emptyIsUnset && bytes.isEmpty)
        case .unset: isSet = false
        case .unknown: isSet = nil
        }
        let takesOperand = parameter.operation == .ifSet
        guard let isSet else {
            // The operand may set variables, or not.
            var taken = state
            _ = expand(parameter.operand, &taken)
            let reason = ShellUnknown(.condition, line: part.line)
            merge(&state, taken, reason)
            let result = plain(value, parameter.name, part, &state)
            if parameter.operation == .orAssign { assign(parameter.name, result.value, line: part.line, &state) }
            return result
        }
        if isSet != takesOperand {
            return isSet
                ? plain(value, parameter.name, part, &state)
                : ShellExpansion(pieces: [ShellPiece(bytes: [], isQuoted: part.isQuoted, isReplaced: true)])
        }
        if parameter.operation == .orFail {
            state.end = .exited(line: part.line)
            return ShellExpansion(unknown: ShellUnknown(.ending, line: part.line))
        }
        var result = expand(parameter.operand, &state)
        if parameter.operation == .orAssign { assign(parameter.name, result.value, line: part.line, &state) }
        for index in result.pieces.indices {
            result.pieces[index].isReplaced = true
            if part.isQuoted { result.pieces[index].isQuoted = true }
        }
        return result
    }

    private mutating func stripped(
        _ value: ShellValue, _ parameter: ShellParameter, _ part: ShellPart, _ state: inout ShellState,
        _ strip: (ShellPattern, [UInt8]) -> [UInt8]?
    ) -> ShellExpansion {
        var result = plain(value, parameter.name, part, &state)
        let operand = expand(parameter.operand, &state)
        if let unknown = result.unknown ?? operand.unknown { return ShellExpansion(unknown: unknown) }
        guard !parameter.hasQuotesInQuotes, let pattern = ShellPattern(operand.pieces),
            let left = strip(pattern, result.bytes)
        else { return ShellExpansion(unknown: ShellUnknown(.quotes, line: part.line)) }
        steps += operand.bytes.count * result.bytes.count / 256
        result.missing.formUnion(operand.missing)
        result.pieces = [ShellPiece(bytes: left, isQuoted: part.isQuoted, isReplaced: true)]
        return result
    }

    // MARK: Arguments

    /// A word as the arguments that it becomes; nil where a shell would have to look at files, or to split it.
    mutating func arguments(_ word: ShellWord, _ state: inout ShellState) -> [String]? {
        let expansion = expand(word, &state)
        guard expansion.unknown == nil, isOneArgument(expansion, state) else { return nil }
        let isNothing = expansion.pieces.allSatisfy { $0.isReplaced && !$0.isQuoted && $0.bytes.isEmpty }
        return isNothing ? [] : [String(decoding: expansion.bytes, as: UTF8.self)]
    }

    /// Whether a shell leaves the word in one piece.
    func isOneArgument(_ expansion: ShellExpansion, _ state: ShellState) -> Bool {
        for piece in expansion.pieces where !piece.isQuoted {
            if piece.isReplaced, state.splitsOtherwise, !piece.bytes.isEmpty { return false }
            for byte in piece.bytes {
                if ShellText.isOneOf(byte, "*?{") { return false }
                if piece.isReplaced, ShellText.isBlank(byte) || byte == 0x0A { return false }
            }
        }
        let text = expansion.pieces.filter { !$0.isQuoted }.flatMap(\.bytes)
        if text.contains(UInt8(ascii: "[")), text.contains(UInt8(ascii: "]")) { return false }
        return true
    }
}
