/// A token of Erlang source, as far as terms need it.
struct TermToken {
    enum Kind: Hashable {
        /// Without a sign, always `.integer` or `.bigInteger`.
        case integer(Term)
        case float(Double)
        case character(UInt32)
        case atom(String)
        case keyword(String)
        case variable(String)
        case string([UInt32])
        /// `~"…"`, `~b…` or `~B…`, in UTF-8.
        case binarySigil([UInt8])
        /// `~s…` or `~S…`: a string, but one that no neighbour is joined to.
        case stringSigil([UInt32])
        /// Brackets, operators and separators: the text itself.
        case mark(String)
        /// The full stop that ends a term.
        case dot
        /// Nothing is left.
        case end
    }

    var kind: Kind
    /// Byte offsets into the source.
    var start: Int
    var end: Int

    /// Words that are no atoms without quotes (`erl_scan:reserved_word/1`).
    static let reservedWords: Set<String> = [
        "after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case", "catch", "cond",
        "div", "end", "fun", "if", "let", "not", "of", "or", "orelse", "receive", "rem", "try", "when", "xor",
    ]

    /// How `erl_parse` names the token behind "syntax error before: ".
    var spelling: String {
        switch kind {
        case .integer(.integer(let value)): String(value)
        case .integer: "integer"
        case .float(let value): "\(value)"
        case .character(let code): "$" + Self.text([code])
        case .atom(let name): Self.isPlainAtom(name) ? name : Self.quoted(name.unicodeScalars.map(\.value), by: "'")
        case .keyword(let word), .mark(let word): "'" + word + "'"
        case .variable(let name): name
        case .string(let codes), .stringSigil(let codes): Self.quoted(codes, by: "\"")
        case .binarySigil(let bytes):
            Self.quoted(String(decoding: bytes, as: UTF8.self).unicodeScalars.map(\.value), by: "\"")
        case .dot: "'.'"
        case .end: "end of input"
        }
    }

    /// At most this many characters of a string are repeated in a message (`erl_scan` cuts at the same length).
    static let excerptLength = 16

    static func quoted(_ codes: some Collection<UInt32>, by quote: String) -> String {
        let cut = codes.count > excerptLength ? "..." : ""
        return quote + text(codes.prefix(excerptLength)) + cut + quote
    }

    private static func text(_ codes: some Sequence<UInt32>) -> String {
        var result = ""
        for code in codes {
            switch code {
            case 0x0A: result += "\\n"
            case 0x09: result += "\\t"
            case 0x0D: result += "\\r"
            case 0x22: result += "\\\""
            case 0x5C: result += "\\\\"
            case 0..<0x20, 0x7F...0x9F: result += "\\x{" + String(code, radix: 16, uppercase: true) + "}"
            default: result.unicodeScalars.append(Unicode.Scalar(code) ?? "\u{FFFD}")
            }
        }
        return result
    }

    private static func isPlainAtom(_ name: String) -> Bool {
        guard let first = name.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
        return !reservedWords.contains(name) && name.utf8.allSatisfy(TermScanner.isNameByte)
    }
}
