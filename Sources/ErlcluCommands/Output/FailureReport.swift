import Diagnosis
import ErlangNode
import ErlangTerm
import Presentation
import TerminalCanvas

/// Reports to a person what went wrong: the one place where failures become text on standard error.
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
    func text(for failure: CommandFailure, isOneOfSeveral: Bool = false) -> TerminalText {
        switch failure {
        case .usage(let error): usage(error)
        case .node(let failure): node(failure)
        case .syntax(let fault): syntax(fault, label: isOneOfSeveral ? fault.node + ": " : "")
        case .input(let message), .output(let message), .late(let message): line(message)
        case .configuration(let message, let remedy): line(message) + hint("remedy", remedy)
        case .negative(let node, let message):
            (isOneOfSeveral ? "\(node): " : "") + TerminalText(lines: message)
                + (message.hasSuffix("\n") ? "" : "\n")
        case .unavailable(_, let message): line(message)
        }
    }

    private func usage(_ error: UsageError) -> TerminalText {
        line(error.message) + (isQuiet ? "" : "Try '\(Self.program) \(verb.map { "help \($0)" } ?? "--help")'.\n")
    }

    private func node(_ failure: NodeFailure) -> TerminalText {
        let place = "\(failure.code.rawValue) at \(failure.stage.rawValue)"
        var text = sentence("\(Self.program): ", place, ": \(failure.message)", style.failure)
        text += hint("remedy", failure.remedy.isEmpty ? nil : failure.remedy.text)
        if case .likely(let alternative) = failure.certainty { text += hint("or maybe", alternative.words) }
        return text
    }

    /// The line at fault, with a caret below the column.
    private func syntax(_ fault: SyntaxFault, label: String) -> TerminalText {
        // Elixir may say more on lines of their own.
        let said = fault.message.split(separator: "\n")
        var text = line("\(label)\(fault.source):\(fault.line):\(fault.column): \(said.first ?? "")")
        for more in said.dropFirst() { text += "  \(more)\n" }
        guard fault.line >= 1, fault.column >= 1 else { return text }
        let error = TermSyntaxError(at: SourcePosition(line: fault.line, column: fault.column), fault.message)
        for line in error.caret(in: Array(fault.text.utf8)).split(separator: "\n") {
            text += "  \(TerminalText(lines: line))\n"
        }
        return text
    }

    private func line(_ text: String) -> TerminalText {
        sentence("\(Self.program): ", "", text) { TerminalText($0) }
    }

    /// Broken at the terminal's width; the word in the middle is coloured where colours are wanted.
    private func sentence(
        _ start: String, _ word: String, _ rest: String, _ color: (String) -> TerminalText
    ) -> TerminalText {
        // What is escaped is wider.
        let rest = TerminalText.escaped(rest, keepingLines: false)
        let plain = start + word + rest
        let whole: TerminalText = "\(start)\(color(word))\(rest)\n"
        guard let width, plain.cellWidth > width, width > 40 else { return whole }
        let lines = Table.broken(plain, width - 4)
        guard let first = lines.first, first.count >= start.count + word.count else { return whole }
        let more = lines.dropFirst().map { "\n    \($0)" as TerminalText }.joined()
        return "\(start)\(color(word))\(first.dropFirst(start.count + word.count))\(more)\n"
    }

    private func hint(_ name: String, _ text: String?) -> TerminalText {
        guard let text, !isQuiet else { return "" }
        return sentence("  ", name, ": \(text)", style.label)
    }
}
