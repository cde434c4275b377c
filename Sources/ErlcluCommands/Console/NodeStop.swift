/// Finds what would take the node down in what a person typed. It may see too much, never too little of what names a
/// module and a function side by side: a question costs a key, a stopped node more. Text that is put together when it
/// runs is not seen.
enum NodeStop {
    private static let functions: [Substring: Set<Substring>] = [
        "init": ["stop", "restart", "reboot"], "erlang": ["halt"], "c": ["q"],
        "System": ["stop", "restart", "halt"],
    ]
    /// Which of them the shells know without a module, IEx after an `import`.
    private static let bare: Set<Substring> = ["halt", "q", "stop", "restart", "reboot"]

    /// - Returns: the call, as it is to be named in a question.
    static func find(in text: String) -> String? {
        if let call = find(tokens(of: text)) { return call }
        // A comment may stand between module and function: of Erlang, or of Elixir.
        for mark in ["%", "#"] as [Character] where text.contains(mark) {
            let lines = text.split(separator: "\n").map { $0.prefix { $0 != mark } }
            if let call = find(tokens(of: lines.joined(separator: "\n"))) { return call }
        }
        return nil
    }

    /// - Returns: the call where it is all of the text, so that nothing else can have been cut off when the node went.
    static func whole(_ text: String) -> String? {
        var rest = tokens(of: text)[...]
        if rest.last == "." { rest.removeLast() }
        guard rest.popLast() == ")", let open = rest.firstIndex(of: "(") else { return nil }
        guard !rest[(open + 1)...].contains(where: { $0 == "(" || $0 == ")" }) else { return nil }
        var name = rest[..<open]
        if name.first == ":" { name.removeFirst() }
        guard let first = name.popFirst() else { return nil }
        guard !name.isEmpty else { return bare.contains(first) ? "\(first)()" : nil }
        return name.count == 2 && name.first != "," ? call(of: first, name) : nil
    }

    private static func find(_ tokens: [Substring]) -> String? {
        for (index, token) in tokens.enumerated() {
            if let call = call(of: token, tokens[(index + 1)...]) { return call }
            let next = index + 1 < tokens.count ? tokens[index + 1] : ""
            guard bare.contains(token), next == "(" else { continue }
            switch index > 0 ? tokens[index - 1] : "" {
            case ":":
                // Whatever module a variable holds.
                let module = index > 1 ? tokens[index - 2] : ""
                if module.first.map({ $0.isUppercase || $0 == "_" }) == true { return "\(module):\(token)()" }
            case ".":
                // The end of an expression before it, rather than a module: those that stop the node are known.
                if token == "halt" || token == "q" { return "\(token)()" }
            default: return "\(token)()"
            }
        }
        return nil
    }

    /// `init:stop`, `:init.stop`, `apply(init, stop, [])`, `fun init:stop/0`.
    private static func call(of module: Substring, _ behind: ArraySlice<Substring>) -> String? {
        guard let functions = functions[module] else { return nil }
        var behind = behind
        guard let separator = behind.popFirst(), [":", ".", ","].contains(separator) else { return nil }
        if behind.first == ":" { behind.removeFirst() }
        guard let function = behind.first, functions.contains(function) else { return nil }
        return module == "System" ? "System.\(function)" : "\(module):\(function)()"
    }

    /// Words, and every other character by itself. Quotes are left out, so that a quoted atom is the same word.
    private static func tokens(of text: String) -> [Substring] {
        var tokens: [Substring] = []
        var rest = text[...]
        while let first = rest.first {
            let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "@" }
            let token = word.isEmpty ? rest.prefix(1) : word
            rest = rest[token.endIndex...]
            if !first.isWhitespace, first != "'", first != "\"" { tokens.append(token) }
        }
        return tokens
    }
}
