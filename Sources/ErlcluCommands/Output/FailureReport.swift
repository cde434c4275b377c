import ErlangNode
import ErlangTerm

/// Tells a person what went wrong: the one place where failures become text on standard error.
struct FailureReport {
    static let program = "erlclu-ctl"

    var style: TextStyle
    /// Whose help is pointed at.
    var verb: String?
    /// `-q`: the sentence only.
    var isQuiet: Bool
    /// Columns of the terminal that it is read on; nil elsewhere, where a sentence is one line.
    var width: Int?

    /// - Parameter isOneOfSeveral: say which node it is of, where the words do not.
    func text(for failure: CommandFailure, isOneOfSeveral: Bool = false) -> String {
        switch failure {
        case .usage(let error): usage(error)
        case .node(let failure): node(failure)
        case .syntax(let fault): syntax(fault, label: isOneOfSeveral ? fault.node + ": " : "")
        case .input(let message), .output(let message), .late(let message): line(escaped(message))
        case .configuration(let message, let remedy): line(escaped(message)) + hint("remedy", remedy)
        case .negative(let node, let message):
            (isOneOfSeveral ? escaped(node) + ": " : "") + TerminalText.escaped(message)
                + (message.hasSuffix("\n") ? "" : "\n")
        case .unavailable(_, let message): line(escaped(message))
        }
    }

    private func usage(_ error: UsageError) -> String {
        line(escaped(error.message))
            + (isQuiet ? "" : "Try '\(Self.program) \(verb.map { "help \($0)" } ?? "--help")'.\n")
    }

    private func node(_ failure: NodeFailure) -> String {
        let place = "\(failure.code.rawValue) at \(failure.stage.rawValue)"
        var text = sentence("\(Self.program): ", place, ": \(escaped(failure.message))", style.failure)
        text += hint("remedy", failure.remedy.isEmpty ? nil : failure.remedy)
        if case .likely(let alternative) = failure.certainty { text += hint("or maybe", alternative) }
        return text
    }

    /// The line at fault, with a caret below the column.
    private func syntax(_ fault: SyntaxFault, label: String) -> String {
        // Elixir may say more on lines of their own.
        let said = fault.message.split(separator: "\n")
        var text = line(escaped("\(label)\(fault.source):\(fault.line):\(fault.column): \(said.first ?? "")"))
        for more in said.dropFirst() { text += "  \(escaped(String(more)))\n" }
        guard fault.line >= 1, fault.column >= 1 else { return text }
        let error = TermSyntaxError(at: SourcePosition(line: fault.line, column: fault.column), fault.message)
        for line in error.caret(in: Array(fault.text.utf8)).split(separator: "\n") { text += "  \(line)\n" }
        return text
    }

    private func line(_ text: String) -> String { sentence("\(Self.program): ", "", text) { $0 } }

    /// Broken at the terminal's width; the word in the middle is coloured where colours are wanted.
    private func sentence(
        _ start: String, _ word: String, _ rest: String, _ color: (String) -> String
    ) -> String {
        let plain = start + word + rest
        guard let width, plain.count > width, width > 40 else { return start + color(word) + rest + "\n" }
        let lines = Table.broken(plain, width - 4)
        guard let first = lines.first, first.count >= start.count + word.count else {
            return start + color(word) + rest + "\n"
        }
        let colored = start + color(word) + first.dropFirst(start.count + word.count)
        return ([colored] + lines.dropFirst()).joined(separator: "\n    ") + "\n"
    }

    private func hint(_ name: String, _ text: String?) -> String {
        guard let text, !isQuiet else { return "" }
        return sentence("  ", name, ": \(escaped(text))", style.label)
    }

    private func escaped(_ text: String) -> String { TerminalText.escaped(text, keepingLines: false) }
}
