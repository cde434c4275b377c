/// What a character of the input belongs to.
enum TokenRole: Hashable, Sendable {
    case plain
    case atom
    case variable
    case string
    case number
    case keyword
    case comment

    /// Parameters of SGR: colours of the terminal's own palette, which suits its background.
    var attributes: String? {
        switch self {
        case .plain: nil
        case .atom: "36"
        case .variable: "33"
        case .string: "32"
        case .number: "35"
        case .keyword: "1"
        case .comment: "90"
        }
    }
}

/// The language that is typed.
package enum InputSyntax: Hashable, Sendable {
    case erlang
    case elixir

    /// Characters of input that is coloured; with more of it each key would take too long.
    static let limit = 20_000

    /// The role of each character. The text may be unfinished anywhere, and need not be right.
    /// - Returns: nil for more than `limit` characters.
    func roles(of characters: [Character]) -> [TokenRole]? {
        guard characters.count <= Self.limit else { return nil }
        var scanner = SourceScanner(characters)
        switch self {
        case .erlang: scanner.scanErlang()
        case .elixir: scanner.scanElixir()
        }
        return scanner.roles
    }
}
