/// Tokens of Erlang, after `erl_scan`.
extension SourceScanner {
    /// Reserved words, those of OTP 27 included.
    private static let erlangKeywords: Set<String> = [
        "after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case", "catch", "cond", "div",
        "else", "end", "fun", "if", "let", "maybe", "not", "of", "or", "orelse", "receive", "rem", "try", "when", "xor",
    ]

    mutating func scanErlang() {
        while let next {
            switch next {
            case "%": take(as: .comment) { !$0.isNewline }
            case "\"": takeErlangString()
            case "'":
                take(as: .atom)
                takeQuoted(until: ["'"], as: .atom)
            case "$": takeErlangCharacter()
            case "~": takeErlangSigil()
            case _ where next.isDigit: takeNumber()
            case "_": take(as: .variable) { $0.isWordPart }
            case _ where next.isLetter && next.isUppercase: take(as: .variable) { $0.isWordPart }
            case _ where next.isLetter:
                takeWord({ Self.erlangKeywords.contains($0) ? .keyword : .atom }, while: { $0.isWordPart })
            default: take(as: .plain)
            }
        }
    }

    /// From three quotes on a line feed must follow, and the end has as many at the begin of a line (OTP 27).
    private mutating func takeErlangString() {
        var quotes = 1
        while character(quotes) == "\"" { quotes += 1 }
        var behind = quotes
        while character(behind) == " " || character(behind) == "\t" { behind += 1 }
        guard quotes >= 3, character(behind)?.isNewline == true else {
            take(as: .string)
            return takeQuoted(until: ["\""], as: .string)
        }
        take(behind, as: .string)
        while !isAtEnd {
            take(as: .string) { $0.isWhitespace }
            if follows(Array(repeating: "\"", count: quotes)) { return take(quotes, as: .string) }
            take(as: .string) { !$0.isNewline }
        }
    }

    /// `$a`, `$\n`, `$\x{1F600}`, `$\^C`.
    private mutating func takeErlangCharacter() {
        take(as: .number)
        guard next == "\\" else { return take(as: .number) }
        take(as: .number)
        switch next {
        case "x":
            take(as: .number)
            if next == "{" { takeQuoted(until: ["}"], as: .number) } else { take(as: .number) { $0.isHexDigit } }
        case "^": take(2, as: .number)
        case let digit? where digit.isDigit: take(as: .number) { $0.isDigit }
        default: take(as: .number)
        }
    }

    /// `~"..."`, `~b[...]` (OTP 27).
    private mutating func takeErlangSigil() {
        var letters = 1
        while character(letters)?.isLetter == true { letters += 1 }
        guard let opening = character(letters), let closing = Self.closing(opening) else { return take(as: .plain) }
        let isVerbatim = letters > 1 && character(1)?.isUppercase == true
        take(letters, as: .string)
        if opening == "\"", !isVerbatim { return takeErlangString() }
        take(as: .string)
        takeQuoted(until: [closing], as: .string, escapes: !isVerbatim)
    }
}
