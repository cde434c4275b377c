/// The right side of a shell assignment.
enum ShellWord {
    static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
    }

    /// - Returns: nil for what takes a shell to know: commands, arithmetic, unknown forms of expansion.
    static func value(_ text: Substring, variables: [String: String]) -> String? {
        var result = ""
        var rest = text[...]
        var quote: Character?
        while let character = rest.popFirst() {
            switch (character, quote) {
            case ("'", nil), ("\"", nil): quote = character
            case (_, _) where character == quote: quote = nil
            case ("$", _) where quote != "'":
                guard let value = variable(&rest, variables) else { return nil }
                result += value
            case ("`", _) where quote != "'": return nil
            case ("\\", _) where quote != "'":
                if let next = rest.popFirst() { result.append(next) }
            case (" ", nil), ("\t", nil), (";", nil),
                ("#", nil) where !result.isEmpty || character != "#":
                return result
            default: result.append(character)
            }
        }
        return quote == nil ? result : nil
    }

    /// `NAME`, `{NAME}` and `{NAME:-default}` behind the dollar.
    private static func variable(_ rest: inout Substring, _ variables: [String: String]) -> String? {
        guard rest.first == "{" else {
            let name = rest.prefix { $0.utf8.allSatisfy(isNameByte) }
            guard !name.isEmpty else { return nil }
            rest = rest.dropFirst(name.count)
            return variables[String(name)] ?? ""
        }
        guard let end = rest.firstIndex(of: "}") else { return nil }
        let inner = rest[rest.index(after: rest.startIndex)..<end]
        rest = rest[rest.index(after: end)...]
        let name = inner.prefix { $0.utf8.allSatisfy(isNameByte) }
        let form = inner.dropFirst(name.count)
        guard !name.isEmpty else { return nil }
        if form.isEmpty { return variables[String(name)] ?? "" }
        guard form.hasPrefix(":-"), !form.contains("$"), !form.contains("`") else { return nil }
        let value = variables[String(name)] ?? ""
        if !value.isEmpty { return value }
        return String(form.dropFirst(2).filter { $0 != "\"" && $0 != "'" })
    }
}
