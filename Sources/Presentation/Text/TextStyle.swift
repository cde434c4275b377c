/// Colours by what they mean, and none where they are not wanted.
package struct TextStyle: Sendable {
    package var hasColor: Bool
    package var isASCII: Bool

    /// Decides as `--color` says; `auto` wants a terminal that is not dumb, and no `NO_COLOR` (no-color.org).
    package init(color: String?, isASCII: Bool, isTerminal: Bool, environment: [String: String]) {
        switch color {
        case "always": hasColor = true
        case "never": hasColor = false
        default:
            let refused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
            hasColor = isTerminal && !refused && !Self.isDumb(environment)
        }
        self.isASCII = isASCII || Self.isDumb(environment)
    }

    /// Without any, for what is no terminal of a person.
    package static let none = TextStyle(color: "never", isASCII: false, isTerminal: false, environment: [:])

    /// - Parameter text: as it stands in a cell.
    package func cell(_ text: String, _ role: CellRole) -> TerminalText {
        switch role {
        case .plain: TerminalText(text)
        case .good: styled(text, .green)
        case .warning: warning(text)
        case .failure: failure(text)
        case .changed: label(text)
        }
    }

    /// Whether the terminal understands no escape sequence.
    package static func isDumb(_ environment: [String: String]) -> Bool { environment["TERM"] == "dumb" }

    package func failure(_ text: String) -> TerminalText { styled(text, .boldRed) }
    package func warning(_ text: String) -> TerminalText { styled(text, .yellow) }
    package func label(_ text: String) -> TerminalText { styled(text, .bold) }

    private func styled(_ text: String, _ attribute: TerminalText.Attribute) -> TerminalText {
        TerminalText(TerminalText(text), hasColor ? attribute : nil)
    }
}
