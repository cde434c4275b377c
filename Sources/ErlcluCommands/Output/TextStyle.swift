/// Colours by what they mean, and none where they are not wanted.
struct TextStyle: Sendable {
    var hasColor: Bool
    var isASCII: Bool

    /// Decides as `--color` says; `auto` wants a terminal that is not dumb, and no `NO_COLOR` (no-color.org).
    init(color: String?, isASCII: Bool, isTerminal: Bool, environment: [String: String]) {
        switch color {
        case "always": hasColor = true
        case "never": hasColor = false
        default:
            let refused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
            hasColor = isTerminal && !refused && environment["TERM"] != "dumb"
        }
        self.isASCII = isASCII || environment["TERM"] == "dumb"
    }

    func failure(_ text: String) -> String { colored(text, "1;31") }
    func warning(_ text: String) -> String { colored(text, "33") }
    func label(_ text: String) -> String { colored(text, "1") }

    private func colored(_ text: String, _ code: String) -> String {
        hasColor ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
