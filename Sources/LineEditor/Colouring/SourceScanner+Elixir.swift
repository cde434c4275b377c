/// Tokens of Elixir, as far as colours need them.
extension SourceScanner {
    private static let elixirKeywords: Set<String> = [
        "after", "alias", "and", "case", "catch", "cond", "def", "defmodule", "defp", "do", "else", "end", "false",
        "fn",
        "for", "if", "import", "in", "nil", "not", "or", "raise", "receive", "require", "rescue", "true", "try",
        "unless", "use", "when", "with",
    ]

    /// Where code goes on when a brace or a quote closes.
    private enum Nesting {
        case braces
        /// `#{` in a text that ends with these.
        case text(end: [Character], role: TokenRole)
    }

    mutating func scanElixir() {
        var nesting: [Nesting] = []
        while let next {
            switch next {
            case "#": take(as: .comment) { !$0.isNewline }
            case "\"", "'":
                let end = follows([next, next, next]) ? [next, next, next] : [next]
                take(end.count, as: .string)
                takeText(until: end, as: .string, &nesting)
            case "~": takeElixirSigil(&nesting)
            case ":": takeElixirAtom(&nesting)
            case "?" where last?.isWordPart != true:
                take(character(1) == "\\" ? 3 : 2, as: .number)
            case "{":
                nesting.append(.braces)
                take(as: .plain)
            case "}":
                take(as: .plain)
                if case .text(let end, let role)? = nesting.popLast() { takeText(until: end, as: role, &nesting) }
            case _ where next.isDigit: takeNumber()
            case _ where next.isLetter || next == "_": takeElixirWord()
            default: take(as: .plain)
            }
        }
    }

    /// Up to the end, or to `#{`.
    private mutating func takeText(until end: [Character], as role: TokenRole, _ nesting: inout [Nesting]) {
        while !isAtEnd {
            if follows(end) { return take(end.count, as: role) }
            if follows(["#", "{"]) {
                nesting.append(.text(end: end, role: role))
                return take(2, as: .plain)
            }
            take(next == "\\" ? 2 : 1, as: role)
        }
    }

    private mutating func takeElixirSigil(_ nesting: inout [Nesting]) {
        var letters = 1
        while character(letters)?.isLetter == true { letters += 1 }
        guard letters > 1, let opening = character(letters), let closing = Self.closing(opening), opening != "#" else {
            return take(as: .plain)
        }
        let isVerbatim = character(1)?.isUppercase == true
        take(letters, as: .string)
        let end = follows([opening, opening, opening]) ? [closing, closing, closing] : [closing]
        take(end.count, as: .string)
        if isVerbatim {
            takeQuoted(until: end, as: .string, escapes: false)
        } else {
            takeText(until: end, as: .string, &nesting)
        }
    }

    /// `:name`, `:"quoted"`; `::` is an operator.
    private mutating func takeElixirAtom(_ nesting: inout [Nesting]) {
        switch character(1) {
        case ":": take(2, as: .plain)
        case let quote? where quote == "\"" || quote == "'":
            take(2, as: .atom)
            takeText(until: [quote], as: .atom, &nesting)
        case let letter? where letter.isLetter || letter == "_":
            take(as: .atom)
            take(as: .atom) { $0.isWordPart || $0 == "?" || $0 == "!" }
        default: take(as: .plain)
        }
    }

    private mutating func takeElixirWord() {
        var length = 0
        while let next = character(length), next.isWordPart || next == "?" || next == "!" { length += 1 }
        // A key of a keyword list: `name: value`.
        if character(length) == ":", character(length + 1) != ":" { return take(length + 1, as: .atom) }
        let isField = last == "."
        let isModule = next?.isUppercase == true
        takeWord(
            { isModule ? .atom : Self.elixirKeywords.contains($0) && !isField ? .keyword : .plain },
            while: { $0.isWordPart || $0 == "?" || $0 == "!" })
    }
}
