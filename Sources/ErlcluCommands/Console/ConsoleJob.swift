import ByteTransport
import ClusterAdmin
import ErlangNode
import LineEditor

/// One of the shells of a console, and where its conversation stands.
@LoopActor
final class ConsoleJob {
    /// What a shell may print while another one has the terminal; what goes beyond is dropped.
    private static let keptLimit = 1 << 20

    let number: Int
    let node: any Administration
    /// What was asked for; nil: what the node runs.
    let language: EvaluationRequest.Language?
    var shell: NodeShell?
    var editor = LineEditor(prompt: "")
    var read = IORead(prompt: "")
    /// The read waits for input.
    var isRead = false
    /// What was entered for the read, until that is over or wants more.
    var entered: String?
    var filter: DrawingFilter
    /// What the node printed behind the last line end: it stands in front of the prompt.
    var tail = OpenLine()
    private var kept: [NodeShell.Event] = []
    private var keptBytes = 0

    /// - Parameter isDumb: the terminal is; no sequence of the node's passes.
    init(number: Int, node: any Administration, language: EvaluationRequest.Language?, isDumb: Bool) {
        filter = DrawingFilter(passesSequences: !isDumb)
        self.number = number
        self.node = node
        self.language = language
    }

    /// As the list of jobs names it.
    var description: String {
        switch shell?.language ?? language {
        case .elixir: "\(node.node) (IEx)"
        case .erlang, nil: node.node
        }
    }

    /// Puts an event aside until the job has the terminal.
    func keep(_ event: NodeShell.Event) {
        switch event {
        case .output(let text), .logged(let text):
            guard keptBytes + text.count + 64 <= Self.keptLimit else { return }
            keptBytes += text.count + 64
        case .paused:
            guard keptBytes + 64 <= Self.keptLimit else { return }
            keptBytes += 64
        default: break
        }
        kept.append(event)
    }

    func takeKept() -> [NodeShell.Event] {
        defer { (kept, keptBytes) = ([], 0) }
        return kept
    }
}
