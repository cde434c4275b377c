package import Diagnosis
import ErlangNode

/// Why a command did not do what it was asked to. One place renders it (`FailureReport`), one maps it to a status.
package enum CommandFailure: Error, Sendable {
    case usage(UsageError)
    /// A connection or request failed.
    case node(NodeFailure)
    /// Text that was typed, or read from a file, does not parse.
    case syntax(SyntaxFault)
    /// An input file is missing or unreadable: a sentence that names it.
    case input(String)
    /// A file that was asked for cannot be written: a sentence that names it.
    case output(String)
    /// The deadline of the whole command passed where no node is asked: a sentence that names what was on.
    case late(String)
    /// The settings contradict each other, or a file of settings is wrong.
    case configuration(message: String, remedy: String?)
    /// The node answered, and the answer is no. The text is the peer's, without the node's name.
    case negative(node: String, message: String)
    /// The node cannot do what it is asked for: a sentence that names it.
    case unavailable(node: String, message: String)

    package var status: ExitStatus {
        switch self {
        case .usage: .usage
        case .node(let failure): ExitStatus(rawValue: failure.code.exitStatus)
        case .syntax: .unparsable
        case .input: .noInput
        case .output: .outputFailed
        case .late: .timeout
        case .configuration: .configuration
        case .negative, .unavailable: .negative
        }
    }
}

/// Where a text stops making sense.
package struct SyntaxFault: Error, Hashable, Sendable {
    /// What the text is: a file's name, or `expression`, `arguments`.
    package var source: String
    package var text: String
    /// Both count from 1; the column counts characters.
    package var line: Int
    package var column: Int
    package var message: String
    /// The node that found it; empty when we did.
    package var node: String

    package init(source: String, text: String, line: Int, column: Int, message: String, node: String = "") {
        self.node = node
        self.source = source
        self.text = text
        self.line = line
        self.column = column
        self.message = message
    }
}
