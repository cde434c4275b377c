/// Cuts UTF-8 source into tokens by the rules of `erl_scan` (OTP 27 and later: with sigils and triple-quoted strings).
struct TermScanner {
    let bytes: [UInt8]
    private(set) var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func failure(_ message: String, at place: Int) -> TermSyntaxError {
        TermSyntaxError(at: SourcePosition(offset: place, in: bytes), message)
    }

    /// The next token; `.end` again and again once nothing is left.
    mutating func next() throws(TermSyntaxError) -> TermToken {
        try skipBlanks()
        let start = offset
        let kind = try scan()
        return TermToken(kind: kind, start: start, end: offset)
    }

    // MARK: Characters

    /// The byte `distance` ahead, or nil behind the end.
    func peek(_ distance: Int = 0) -> UInt8? {
        let index = offset + distance
        return index < bytes.count ? bytes[index] : nil
    }

    mutating func advance(by count: Int = 1) { offset += count }

    /// Takes one character, whatever it is; nil at the end.
    mutating func takeCharacter() throws(TermSyntaxError) -> UInt32? {
        guard let first = peek() else { return nil }
        if first < 0x80 {
            offset += 1
            return UInt32(first)
        }
        var iterator = bytes[offset...].prefix(4).makeIterator()
        var decoder = UTF8()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else {
            throw failure("cannot translate from UTF-8", at: offset)
        }
        guard scalar.value != 0xFFFE, scalar.value != 0xFFFF else { throw failure("illegal character", at: offset) }
        offset += UTF8.width(scalar)
        return scalar.value
    }

    private mutating func skipBlanks() throws(TermSyntaxError) {
        while let byte = peek() {
            switch byte {
            case 0x00...0x20:
                offset += 1
            case UInt8(ascii: "%"):
                while let next = peek(), next != 0x0A { offset += 1 }
            case 0xC2:
                // U+0080 to U+00A0 are white space, as in erl_scan.
                guard let second = peek(1), (0x80...0xA0).contains(second) else { return }
                offset += 2
            default:
                return
            }
        }
    }

    // MARK: Tokens

    private mutating func scan() throws(TermSyntaxError) -> TermToken.Kind {
        guard let byte = peek() else { return .end }
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return try scanNumber()
        case UInt8(ascii: "a")...UInt8(ascii: "z"): return try scanName()
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): return .variable(takeName())
        case UInt8(ascii: "\""): return .string(try scanString())
        case UInt8(ascii: "'"): return try scanQuotedAtom()
        case UInt8(ascii: "$"): return .character(try scanCharacter())
        case UInt8(ascii: "~"): return try scanSigil()
        case 0x80...: return try scanLatin1Name()
        default: return try scanMark(byte)
        }
    }

    private mutating func scanMark(_ byte: UInt8) throws(TermSyntaxError) -> TermToken.Kind {
        if byte == UInt8(ascii: "."), isFullStop {
            advance()
            return .dot
        }
        // No longer mark starts with these, and they are nearly all that a term is made of.
        if let mark = Self.brackets[byte] {
            advance()
            return .mark(mark)
        }
        for mark in Self.marks where bytes[offset...].starts(with: mark.utf8) {
            advance(by: mark.utf8.count)
            return .mark(mark)
        }
        throw failure("illegal character", at: offset)
    }

    /// A period ends a term when white space, a comment or nothing follows.
    private var isFullStop: Bool {
        guard let next = peek(1) else { return true }
        return next <= 0x20 || next == UInt8(ascii: "%")
            || (next == 0xC2 && (peek(2).map { (0x80...0xA0).contains($0) } ?? false))
    }

    private static let brackets: [UInt8: String] = Dictionary(
        uniqueKeysWithValues: ["(", ")", "[", "]", "{", "}", ",", ";"].map { ($0.utf8.first ?? 0, $0) })

    /// Longest first. Terms need few of them; the others are known so that they are named when they are in the way.
    private static let marks = [
        "...", "=:=", "=/=", "<:-", "<:=", "<<", ">>", "=>", ":=", "->", "<-", "<=", "==", "=<", "/=", ">=", "++",
        "--", "||", "..", "::", "?=", "(", ")", "[", "]", "{", "}", ",", ";", ":", "|", "#", "+", "-", "*", "/", "=",
        "<", ">", ".", "!", "?",
    ]

    // MARK: Names

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "@"):
            true
        default:
            false
        }
    }

    mutating func takeName() -> String {
        let start = offset
        while let byte = peek() {
            if Self.isNameByte(byte) {
                offset += 1
            } else if byte == 0xC3, let second = peek(1), Self.isLatin1LetterTail(second) {
                offset += 2
            } else {
                break
            }
        }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func scanName() throws(TermSyntaxError) -> TermToken.Kind {
        let start = offset
        let name = takeName()
        guard name.unicodeScalars.count <= Self.atomLimit else { throw failure("illegal atom", at: start) }
        return TermToken.reservedWords.contains(name) ? .keyword(name) : .atom(name)
    }

    /// The second byte of À to ÿ in UTF-8, without × and ÷: letters that a bare atom may hold.
    private static func isLatin1LetterTail(_ byte: UInt8) -> Bool {
        (0x80...0xBF).contains(byte) && byte != 0x97 && byte != 0xB7
    }

    private mutating func scanLatin1Name() throws(TermSyntaxError) -> TermToken.Kind {
        guard peek() == 0xC3, let second = peek(1), Self.isLatin1LetterTail(second) else {
            let start = offset
            _ = try takeCharacter()
            throw failure("illegal character", at: start)
        }
        return second < 0x9F ? .variable(takeName()) : try scanName()
    }
}
