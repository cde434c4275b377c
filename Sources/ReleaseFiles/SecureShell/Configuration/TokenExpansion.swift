/// `%` tokens and `${VARIABLE}` in values (ssh_config(5), TOKENS).
struct TokenExpansion {
    private let tokens: [Character: String]
    private let environment: [String: String]

    /// Longer values are refused: a token may stand in a value many times.
    static let lengthLimit = 64 << 10

    init(_ tokens: [Character: String], environment: [String: String] = [:]) {
        self.tokens = tokens
        self.environment = environment
    }

    /// Tokens only.
    func expanded(_ text: String) throws(ConfigurationFault) -> String {
        try expanded(text, variables: false, tokens: true)
    }

    /// Tokens and variables.
    func expandedWithVariables(_ text: String) throws(ConfigurationFault) -> String {
        try expanded(text, variables: true, tokens: true)
    }

    /// Variables only.
    func expandedVariables(_ text: String) throws(ConfigurationFault) -> String {
        try expanded(text, variables: true, tokens: false)
    }

    private func expanded(
        _ text: String, variables: Bool, tokens isExpanding: Bool
    ) throws(ConfigurationFault) -> String {
        var result = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard result.utf8.count <= Self.lengthLimit else { throw ConfigurationFault("a value is too long") }
            if variables, character == "$", rest.first == "{" {
                guard let close = rest.firstIndex(of: "}") else {
                    throw ConfigurationFault("'${' is not closed in '\(text)'")
                }
                let name = String(rest[..<close].dropFirst())
                guard let value = environment[name] else {
                    throw ConfigurationFault(
                        "the environment has no \(name.isEmpty ? "variable without a name" : name)")
                }
                result += value
                rest = rest[close...].dropFirst()
            } else if isExpanding, character == "%" {
                guard let token = rest.popFirst() else { throw ConfigurationFault("'%' ends '\(text)'") }
                guard let value = token == "%" ? "%" : tokens[token] else {
                    throw ConfigurationFault("'%\(token)' does not stand for anything here")
                }
                result += value
            } else {
                result.append(character)
            }
        }
        return result
    }
}
