extension ShellParser {
    /// Where the parts of a word stand, which decides what ends it and what quotes mean.
    private enum Place {
        case bare
        /// Behind the operation of `${X:-…}`, up to its brace.
        case operand
        /// The same, the whole of it within double quotes.
        case quotedOperand
    }

    /// - Returns: nil where no word begins.
    mutating func word() throws(ShellSyntaxError) -> ShellWord? {
        guard let byte = current, !ShellText.endsWord(byte) else { return nil }
        let line = self.line
        return ShellWord(parts: try parts(.bare), line: line)
    }

    private mutating func parts(_ place: Place) throws(ShellSyntaxError) -> [ShellPart] {
        try nested { (parser: inout ShellParser) throws(ShellSyntaxError) in
            var parts: [ShellPart] = []
            while let byte = parser.current {
                if place == .bare ? ShellText.endsWord(byte) : byte == UInt8(ascii: "}") { break }
                try parser.takePart(into: &parts, place)
            }
            return parts
        }
    }

    private mutating func takePart(into parts: inout [ShellPart], _ place: Place) throws(ShellSyntaxError) {
        let byte = bytes[offset]
        switch byte {
        case UInt8(ascii: "'") where place == .quotedOperand, UInt8(ascii: "\\") where place == .quotedOperand:
            throw error("quotes within quotes")
        case UInt8(ascii: "'"):
            let line = self.line
            offset += 1
            guard let end = bytes[offset...].firstIndex(of: byte) else { throw error("a quote without an end") }
            let text = Array(bytes[offset..<end])
            self.line += text.count { $0 == 0x0A }
            offset = end + 1
            parts.append(ShellPart(kind: .literal(text), isQuoted: true, line: line))
        case UInt8(ascii: "\""):
            offset += 1
            try takeQuoted(into: &parts, isNested: place == .quotedOperand)
        case UInt8(ascii: "\\"):
            guard let escaped = next else { throw error("a backslash at the end") }
            offset += 2
            if escaped == 0x0A {
                line += 1
            } else {
                add([escaped], isQuoted: true, to: &parts)
            }
        case UInt8(ascii: "$"): parts.append(try dollar(isQuoted: false))
        case UInt8(ascii: "`"): parts.append(try backticks(isQuoted: false))
        default: takeBareRun(into: &parts)
        }
    }

    /// One byte, whatever it is, and those behind it that mean nothing anywhere.
    private mutating func takeBareRun(into parts: inout [ShellPart]) {
        let start = offset
        let byte = bytes[start]
        if byte == UInt8(ascii: "~") {
            let before: UInt8? =
                if case .literal(let bytes)? = parts.last?.kind { bytes.last } else { parts.isEmpty ? nil : 0 }
            if before == nil || before == UInt8(ascii: ":") || before == UInt8(ascii: "=") {
                parts.append(ShellPart(kind: .computed(.home, assigns: []), isQuoted: false, line: line))
            }
        }
        repeat { offset += 1 } while offset < bytes.count && Self.isPlain(bytes[offset])
        add(bytes[start..<offset], isQuoted: false, to: &parts)
        if byte == 0x0A { line += 1 }
    }

    /// Neither a newline, nor what ends or changes a part of a word at any place.
    private static func isPlain(_ byte: UInt8) -> Bool {
        !ShellText.endsWord(byte) && !ShellText.isOneOf(byte, "'\"\\$`~}")
    }

    private func add(_ text: ArraySlice<UInt8>, isQuoted: Bool, to parts: inout [ShellPart]) {
        guard let last = parts.indices.last, parts[last].isQuoted == isQuoted,
            case .literal(var literal) = parts[last].kind
        else {
            parts.append(ShellPart(kind: .literal(Array(text)), isQuoted: isQuoted, line: line))
            return
        }
        // Held once only, so that it grows in its place: a copy for each byte would take the square of the time.
        parts[last].kind = .literal([])
        literal += text
        parts[last].kind = .literal(literal)
    }

    /// What stands between double quotes, from behind the first to behind the second.
    private mutating func takeQuoted(into parts: inout [ShellPart], isNested: Bool) throws(ShellSyntaxError) {
        // An empty string is a word as well.
        parts.append(ShellPart(kind: .literal([]), isQuoted: true, line: line))
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return
            case UInt8(ascii: "'") where isNested, UInt8(ascii: "\\") where isNested:
                throw error("quotes within quotes")
            case UInt8(ascii: "\\"):
                guard let escaped = next else { throw error("a backslash at the end") }
                offset += 2
                if escaped == 0x0A {
                    line += 1
                } else if ShellText.isOneOf(escaped, "$`\"\\") {
                    add([escaped], isQuoted: true, to: &parts)
                } else {
                    add([byte, escaped], isQuoted: true, to: &parts)
                }
            case UInt8(ascii: "$"): parts.append(try dollar(isQuoted: true))
            case UInt8(ascii: "`"): parts.append(try backticks(isQuoted: true))
            default:
                let start = offset
                repeat { offset += 1 } while offset < bytes.count && !ShellText.isOneOf(bytes[offset], "\"'\\$`\n")
                add(bytes[start..<offset], isQuoted: true, to: &parts)
                if byte == 0x0A { line += 1 }
            }
        }
        throw error("a quote without an end")
    }

    // MARK: Replacements

    private mutating func dollar(isQuoted: Bool) throws(ShellSyntaxError) -> ShellPart {
        let line = self.line
        func part(_ kind: ShellPart.Kind) -> ShellPart { ShellPart(kind: kind, isQuoted: isQuoted, line: line) }
        offset += 1
        guard let byte = current else { return part(.literal([UInt8(ascii: "$")])) }
        if isAt("((") { return part(.computed(.arithmetic, assigns: try arithmetic())) }
        if take("(") {
            _ = try commands(until: [], atLeastOne: false)
            guard take(")"), documents.isEmpty else { throw error("a parenthesis without an end") }
            return part(.computed(.command, assigns: []))
        }
        if take("{") { return part(try braces(isQuoted: isQuoted)) }
        if ShellText.isNameStart(byte) { return part(.parameter(ShellParameter(name: try name()))) }
        if ShellText.isDigit(byte) || ShellText.isOneOf(byte, "@*#?-$!") {
            offset += 1
            return part(.computed(.scriptParameter, assigns: []))
        }
        // `$'…'` and `$"…"` are of bash, and a newline behind a backslash may be followed by anything.
        if isAt("\\\n") || (!isQuoted && ShellText.isOneOf(byte, "'\"")) {
            throw error("a syntax that is not of POSIX")
        }
        return part(.literal([UInt8(ascii: "$")]))
    }

    private mutating func name() throws(ShellSyntaxError) -> String {
        let start = offset
        while let byte = current, ShellText.isNameByte(byte) { offset += 1 }
        if isAt("\\\n") { throw error("a name that goes on in the next line") }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func braces(isQuoted: Bool) throws(ShellSyntaxError) -> ShellPart.Kind {
        let isLength = current == UInt8(ascii: "#") && next.map(ShellText.isNameStart) ?? false
        if isLength { offset += 1 }
        guard let byte = current, ShellText.isNameStart(byte) else { return try specialBraces(isQuoted: isQuoted) }
        var parameter = ShellParameter(name: try name())
        if isLength { parameter.operation = .length }
        if take("}") { return .parameter(parameter) }
        guard !isLength, try takeOperation(&parameter) else { throw error("a replacement that is not of POSIX") }
        try takeOperand(&parameter, isQuoted: isQuoted)
        return .parameter(parameter)
    }

    /// `${1:-x}`, `${#}` and their like.
    private mutating func specialBraces(isQuoted: Bool) throws(ShellSyntaxError) -> ShellPart.Kind {
        let isCount = isAt("#}")
        guard let byte = current, isCount || ShellText.isDigit(byte) || ShellText.isOneOf(byte, "@*?-$!") else {
            throw error("a replacement that is not of POSIX")
        }
        offset += 1
        while let byte = current, ShellText.isDigit(byte) { offset += 1 }
        if take("}") { return .computed(.scriptParameter, assigns: []) }
        var parameter = ShellParameter(name: "")
        guard try takeOperation(&parameter) else { throw error("a replacement that is not of POSIX") }
        try takeOperand(&parameter, isQuoted: isQuoted)
        return .computed(.scriptParameter, assigns: Self.assigned(in: parameter.operand))
    }

    /// The variables that parts set when they are replaced.
    private static func assigned(in parts: [ShellPart]) -> [String] {
        parts.flatMap { part -> [String] in
            switch part.kind {
            case .literal: []
            case .computed(_, let assigns): assigns
            case .parameter(let parameter):
                (parameter.operation == .orAssign ? [parameter.name] : []) + assigned(in: parameter.operand)
            }
        }
    }

    private mutating func takeOperation(_ parameter: inout ShellParameter) throws(ShellSyntaxError) -> Bool {
        parameter.emptyIsUnset = isAt(":-") || isAt(":=") || isAt(":?") || isAt(":+")
        if parameter.emptyIsUnset { offset += 1 }
        if take("-") {
            parameter.operation = .orDefault
        } else if take("=") {
            parameter.operation = .orAssign
        } else if take("?") {
            parameter.operation = .orFail
        } else if take("+") {
            parameter.operation = .ifSet
        } else if take("##") {
            parameter.operation = .withoutPrefix(longest: true)
        } else if take("#") {
            parameter.operation = .withoutPrefix(longest: false)
        } else if take("%%") {
            parameter.operation = .withoutSuffix(longest: true)
        } else if take("%") {
            parameter.operation = .withoutSuffix(longest: false)
        } else {
            return false
        }
        return true
    }

    private mutating func takeOperand(_ parameter: inout ShellParameter, isQuoted: Bool) throws(ShellSyntaxError) {
        parameter.operand = try parts(isQuoted ? .quotedOperand : .operand)
        guard take("}") else { throw error("a brace without an end") }
        parameter.hasQuotesInQuotes = isQuoted && parameter.operand.contains(where: \.isQuoted)
    }

    /// - Returns: the variables that it may set.
    private mutating func arithmetic() throws(ShellSyntaxError) -> [String] {
        let start = offset
        var open = 0
        while let byte = current {
            switch byte {
            case UInt8(ascii: "("): open += 1
            case UInt8(ascii: ")"): open -= 1
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "`"), UInt8(ascii: "#"):
                throw error("arithmetic that is not known here")
            case 0x0A: line += 1
            default: break
            }
            offset += 1
            if open == 0 { break }
            if open == 1, byte == UInt8(ascii: ")"), current != byte {
                throw error("arithmetic that is not known here")
            }
        }
        guard open == 0 else { throw error("arithmetic without an end") }
        let text = bytes[start..<offset]
        guard text.contains(UInt8(ascii: "=")) || text.contains(UInt8(ascii: "+")) || text.contains(UInt8(ascii: "-"))
        else { return [] }
        return text.split { !ShellText.isNameByte($0) }.map { String(decoding: $0, as: UTF8.self) }
            .filter(ShellText.isName)
    }

    private mutating func backticks(isQuoted: Bool) throws(ShellSyntaxError) -> ShellPart {
        let line = self.line
        offset += 1
        while let byte = current {
            offset += 1
            if byte == UInt8(ascii: "`") {
                return ShellPart(kind: .computed(.command, assigns: []), isQuoted: isQuoted, line: line)
            }
            if byte == 0x0A { self.line += 1 }
            if byte == UInt8(ascii: "\\"), let escaped = current {
                offset += 1
                if escaped == 0x0A { self.line += 1 }
            }
        }
        throw error("a quote without an end")
    }
}
