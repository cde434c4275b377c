extension TermScanner {
    /// A triple-quoted string (EEP 64): the quotes, the rest of their line blank, lines, and a line that starts with
    /// as many quotes. What stands before the closing quotes is the indentation that every line loses.
    mutating func scanTripleQuoted(isVerbatim: Bool) throws(TermSyntaxError) -> [UInt32] {
        let start = offset
        var quotes = 0
        while peek() == UInt8(ascii: "\"") {
            quotes += 1
            advance()
        }
        var lines: [TextLine] = []
        while true {
            if !lines.isEmpty, let indentation = takeClosing(quotes: quotes) {
                return try joined(lines, indentation: indentation, quotes: quotes, start: start)
            }
            let lineStart = offset
            let (codes, isLast) = try takeLine(isVerbatim: isVerbatim)
            lines.append(TextLine(codes: codes, start: lineStart))
            if isLast {
                let head = lines.reduce(into: [UInt32]()) { $0 += $1.codes }
                let excerpt = TermToken.quoted(head, by: "\"")
                throw failure("unterminated triple-quoted string starting with " + excerpt, at: start)
            }
        }
    }

    private struct TextLine {
        /// With the newline.
        var codes: [UInt32]
        var start: Int
    }

    /// One line with its newline, escapes resolved; `isLast` when the source ends in it.
    private mutating func takeLine(
        isVerbatim: Bool
    ) throws(TermSyntaxError) -> (codes: [UInt32], isLast: Bool) {
        var codes: [UInt32] = []
        while let byte = peek() {
            if byte == 0x0A {
                advance()
                codes.append(0x0A)
                return (codes, false)
            }
            if byte == UInt8(ascii: "\\"), !isVerbatim {
                let escape = offset
                advance()
                let endsLine = peek() == 0x0A
                guard let code = try takeEscape(start: escape) else { break }
                codes.append(code)
                if endsLine { return (codes, false) }
            } else if let code = try takeCharacter() {
                codes.append(code)
            }
        }
        return (codes, true)
    }

    /// The closing quotes of the line that starts here, if it is the last: gives the blanks before them.
    private mutating func takeClosing(quotes: Int) -> ArraySlice<UInt8>? {
        var index = offset
        while index < bytes.count, bytes[index] <= 0x20, bytes[index] != 0x0A { index += 1 }
        let indentation = bytes[offset..<index]
        guard index + quotes <= bytes.count,
            bytes[index..<index + quotes].allSatisfy({ $0 == UInt8(ascii: "\"") })
        else { return nil }
        advance(by: index + quotes - offset)
        return indentation
    }

    private func joined(
        _ lines: [TextLine], indentation: ArraySlice<UInt8>, quotes: Int, start: Int
    ) throws(TermSyntaxError) -> [UInt32] {
        guard let first = lines.first, first.codes.allSatisfy({ $0 <= 0x20 }) else {
            throw failure("not allowed on the line of the opening quotes of a triple-quoted string", at: start + quotes)
        }
        let prefix = indentation.map(UInt32.init)
        var result: [UInt32] = []
        for line in lines.dropFirst() {
            if line.codes.starts(with: prefix) {
                result += line.codes.dropFirst(prefix.count)
            } else if line.codes == [0x0A] || line.codes == [0x0D, 0x0A] {
                result += line.codes
            } else {
                let matching = zip(line.codes, prefix).prefix { $0 == $1 }.count
                throw failure("bad indentation in triple-quoted string", at: line.start + matching)
            }
        }
        // The newline before the closing quotes is not part of the text.
        if result.last == 0x0A { result.removeLast() }
        if result.last == 0x0D { result.removeLast() }
        return result
    }
}
