import ErlangNode
import ErlangTerm

/// Tells a person what went wrong: the one place where failures become text on standard error.
struct FailureReport {
    static let program = "erlclu-ctl"

    var style: TextStyle
    /// `-q`: the sentence only.
    var isQuiet: Bool

    func text(for failure: CommandFailure) -> String {
        switch failure {
        case .usage(let error): usage(error)
        case .node(let failure): node(failure)
        case .partial(let failures): failures.map(node).joined()
        case .syntax(let fault): syntax(fault)
        case .input(let message): line(escaped(message))
        case .configuration(let message, let remedy): line(escaped(message)) + hint("remedy", remedy)
        case .negative(let message): TerminalText.escaped(message) + (message.hasSuffix("\n") ? "" : "\n")
        }
    }

    private func usage(_ error: UsageError) -> String {
        line(escaped(error.message)) + (isQuiet ? "" : "Try '\(Self.program) --help'.\n")
    }

    private func node(_ failure: NodeFailure) -> String {
        let place = "\(failure.code.rawValue) at \(failure.stage.rawValue)"
        var text = "\(Self.program): \(style.failure(place)): \(escaped(failure.message))\n"
        text += hint("remedy", failure.remedy.isEmpty ? nil : failure.remedy)
        if case .likely(let alternative) = failure.certainty { text += hint("likely", "or \(alternative)") }
        return text
    }

    /// The line at fault, with a caret below the column.
    private func syntax(_ fault: SyntaxFault) -> String {
        var text = line(escaped("\(fault.source):\(fault.line):\(fault.column): \(fault.message)"))
        guard fault.line >= 1, fault.column >= 1 else { return text }
        let error = TermSyntaxError(at: SourcePosition(line: fault.line, column: fault.column), fault.message)
        for line in error.caret(in: Array(fault.text.utf8)).split(separator: "\n") { text += "  \(line)\n" }
        return text
    }

    private func line(_ text: String) -> String { "\(Self.program): \(text)\n" }

    private func hint(_ name: String, _ text: String?) -> String {
        guard let text, !isQuiet else { return "" }
        return "  \(style.label(name)): \(escaped(text))\n"
    }

    private func escaped(_ text: String) -> String { TerminalText.escaped(text, keepingLines: false) }
}
