extension TermScanner {
    /// `"…"` or, as of OTP 27, `"""` and lines.
    mutating func scanString() throws(TermSyntaxError) -> [UInt32] {
        if isTripleQuote { return try scanTripleQuoted(isVerbatim: true) }
        let start = offset
        advance()
        return try takeText(until: UInt8(ascii: "\""), isVerbatim: false, thing: "string", start: start)
    }

    var isTripleQuote: Bool {
        peek() == UInt8(ascii: "\"") && peek(1) == UInt8(ascii: "\"") && peek(2) == UInt8(ascii: "\"")
    }

    mutating func scanQuotedAtom() throws(TermSyntaxError) -> TermToken.Kind {
        let start = offset
        advance()
        let codes = try takeText(until: UInt8(ascii: "'"), isVerbatim: false, thing: "atom", start: start)
        guard codes.count <= Self.atomLimit else { throw failure("illegal atom", at: start) }
        return .atom(Self.string(codes))
    }

    /// MAXATOMLEN of the emulator, in characters.
    static let atomLimit = 255

    mutating func scanCharacter() throws(TermSyntaxError) -> UInt32 {
        let start = offset
        advance()
        if peek() == UInt8(ascii: "\\") {
            advance()
            guard let code = try takeEscape(start: start) else { throw failure("unterminated character", at: start) }
            return code
        }
        guard let code = try takeCharacter() else { throw failure("unterminated character", at: start) }
        return code
    }

    /// `~Prefix` and a delimited text, without a suffix (EEP 66).
    mutating func scanSigil() throws(TermSyntaxError) -> TermToken.Kind {
        let start = offset
        advance()
        let prefix = takeName()
        guard ["", "b", "B", "s", "S"].contains(prefix) else { throw failure("illegal sigil prefix", at: start) }
        let isTriple = isTripleQuote
        let isVerbatim = prefix == "B" || prefix == "S" || (prefix.isEmpty && isTriple)
        let codes: [UInt32]
        if isTriple {
            codes = try scanTripleQuoted(isVerbatim: isVerbatim)
        } else {
            guard let opening = peek(), let closing = Self.closingDelimiter(of: opening) else {
                throw failure("illegal string", at: offset)
            }
            advance()
            let thing = "~\(prefix) sigil string"
            codes = try takeText(until: closing, isVerbatim: isVerbatim, thing: thing, start: start)
        }
        if let next = peek(), Self.isNameByte(next) { throw failure("illegal sigil suffix", at: offset) }
        return prefix.lowercased() == "s" ? .stringSigil(codes) : .binarySigil(Array(Self.string(codes).utf8))
    }

    private static func closingDelimiter(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "("): UInt8(ascii: ")")
        case UInt8(ascii: "["): UInt8(ascii: "]")
        case UInt8(ascii: "{"): UInt8(ascii: "}")
        case UInt8(ascii: "<"): UInt8(ascii: ">")
        case UInt8(ascii: "/"), UInt8(ascii: "|"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"),
            UInt8(ascii: "#"):
            byte
        default: nil
        }
    }

    /// The text up to the closing delimiter, which is taken as well.
    private mutating func takeText(
        until closing: UInt8, isVerbatim: Bool, thing: String, start: Int
    ) throws(TermSyntaxError) -> [UInt32] {
        var codes: [UInt32] = []
        while let byte = peek() {
            if byte == closing {
                advance()
                return codes
            }
            if byte == UInt8(ascii: "\\"), !isVerbatim {
                let escape = offset
                advance()
                guard let code = try takeEscape(start: escape) else { break }
                codes.append(code)
            } else if let code = try takeCharacter() {
                codes.append(code)
            }
        }
        let quote = closing == UInt8(ascii: "'") ? "'" : "\""
        throw failure("unterminated \(thing) starting with " + TermToken.quoted(codes, by: quote), at: start)
    }

    /// What follows a backslash; nil when the text ends within.
    mutating func takeEscape(start: Int) throws(TermSyntaxError) -> UInt32? {
        guard let byte = peek() else { return nil }
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            var value: UInt32 = 0
            var count = 0
            while count < 3, let next = peek(), let digit = Self.digit(next, base: 8) {
                value = value * 8 + UInt32(digit)
                count += 1
                advance()
            }
            return value
        case UInt8(ascii: "x"):
            advance()
            return try takeHexEscape(start: start)
        case UInt8(ascii: "^"):
            advance()
            guard let code = try takeCharacter() else { return nil }
            guard let control = Self.control(code) else { throw failure("illegal character", at: start) }
            return control
        default:
            guard let code = try takeCharacter() else { return nil }
            return Self.named[code] ?? code
        }
    }

    /// `\^X`: `X` without its high bits; `\^?` is DEL (OTP 27).
    private static func control(_ code: UInt32) -> UInt32? {
        switch code {
        case 0x3F: 0x7F
        case 0x40...0x5F, 0x61...0x7A: code & 31
        default: nil
        }
    }

    private mutating func takeHexEscape(start: Int) throws(TermSyntaxError) -> UInt32? {
        guard peek() == UInt8(ascii: "{") else {
            guard let first = peek() else { return nil }
            guard let high = Self.digit(first, base: 16), let low = peek(1).flatMap({ Self.digit($0, base: 16) }) else {
                throw failure("illegal character", at: start)
            }
            advance(by: 2)
            return UInt32(high) << 4 | UInt32(low)
        }
        advance()
        var value: UInt32 = 0
        var isEmpty = true
        while let byte = peek(), let digit = Self.digit(byte, base: 16) {
            value = min(value << 4 | UInt32(digit), 0x110000)
            isEmpty = false
            advance()
        }
        guard let closing = peek() else { return nil }
        guard closing == UInt8(ascii: "}"), !isEmpty, Unicode.Scalar(value) != nil, value != 0xFFFE, value != 0xFFFF
        else { throw failure("illegal character", at: start) }
        advance()
        return value
    }

    private static let named: [UInt32: UInt32] = [
        0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09, 0x76: 0x0B, 0x62: 0x08, 0x66: 0x0C, 0x65: 0x1B, 0x73: 0x20, 0x64: 0x7F,
    ]

    static func string(_ codes: some Sequence<UInt32>) -> String {
        var view = String.UnicodeScalarView()
        for code in codes { view.append(Unicode.Scalar(code) ?? "\u{FFFD}") }
        return String(view)
    }
}
