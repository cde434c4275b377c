import Diagnosis
import ErlangNode
import HandshakeTrace
import Presentation

/// Writes a ladder while it is climbed: a line for each rung as soon as it is passed, so that an attempt that stalls is
/// seen where it stands. The formats that are one document are left to `DoctorReport`.
///
/// A line cannot be taken back, so that a rung is printed when it is firm, and each once.
final class LadderLines {
    private static let columns = Column<Ladder.Step>.rungs
    /// Those of the longest code, and of the longest time that a command usually has.
    private static let resultWidth = FailureCode.allCases.map(\.rawValue.count).max() ?? 0
    private static let timeWidth = "20000.0 ms".count

    private let run: CommandRun
    private let fields: [(key: String, value: String)]
    private let widths: [Int]
    /// What the last line of each rung said.
    private var printed: [Rung: Ladder.Verdict] = [:]
    private var isWaiting = false
    /// Whether a person is to see that somebody waits, and for what.
    private let showsWaiting: Bool
    /// Stands before what is waited for.
    private let label: String
    /// Whether nothing stays of it: this ladder only leads to the one that is asked for, or rungs are not asked for.
    private let isPassing: Bool

    private var isForPeople: Bool { run.format == .table || run.format == .raw }

    /// Writes what stands above the rungs.
    /// - Parameter passing: the node that this ladder leads to, where it is not the one that is asked for; only what is
    ///   waited for is shown then.
    init(
        _ run: CommandRun, title: String, fields: [(key: String, value: String)], _ ladder: Ladder,
        passing: String? = nil
    ) {
        self.run = run
        self.fields = fields
        isPassing = passing != nil || run.saysLittle && (run.format == .table || run.format == .raw)
        label = passing.map { "\($0): " } ?? ""
        showsWaiting = run.context.outputIsTerminal && !TextStyle.isDumb(run.context.environment)
        let rungs = ladder.steps.map(\.rung.title.count) + [Self.columns[0].heading.count]
        widths = [rungs.max() ?? 0, Self.resultWidth, Self.timeWidth, 0]
        if isForPeople, !isPassing {
            run.results.add(text: "\(title)\n")
            run.results.add(text: Table.heading(Self.columns, widths, width: run.width))
        }
        if run.format == .jsonl, !isPassing { event("started") { _ in } }
        show(ladder)
    }

    /// Prints the rungs that have been passed since.
    func show(_ ladder: Ladder) {
        let reached = ladder.firm
        let news = reached.filter { printed[$0.rung] == nil }
        for step in news { isPassing ? (printed[step.rung] = step.verdict) : write(step) }
        if let next = ladder.steps.dropFirst(reached.count).first, !news.isEmpty || !isWaiting { wait(for: next) }
        run.results.flush()
    }

    /// Prints the others: the attempt is over.
    func finish(_ ladder: Ladder) {
        for step in ladder.steps where printed[step.rung] != step.verdict {
            write(step)
        }
        stopWaiting()
    }

    /// The first attempt may have been an accident: for a person who waits.
    func lookAgain(_ failure: NodeFailure) {
        waiting("\(failure.code.rawValue) at \(failure.stage.rawValue)? looking again ...")
        if run.format == .jsonl, !isPassing {
            event("second_look") { json in
                json.key("code")
                json.string(failure.code.rawValue)
            }
        }
        run.results.flush()
    }

    private func write(_ step: Ladder.Step) {
        stopWaiting()
        printed[step.rung] = step.verdict
        if isForPeople {
            run.results.add(text: Table.line(of: step, Self.columns, widths, style: run.resultStyle, width: run.width))
        }
        if run.format == .jsonl { event("rung") { $0.members(of: step) } }
    }

    /// A document for scripts, with the names of the way.
    func event(_ name: String, _ members: (inout JSONWriter) -> Void) {
        run.add { json in
            json.beginObject()
            for (key, value) in [("event", name)] + fields {
                json.key(key)
                json.string(value)
            }
            members(&json)
            json.endObject()
        }
    }

    // MARK: the rung that is climbed

    private func wait(for step: Ladder.Step) { waiting("\(step.rung.title) ...") }

    /// Leaves no trace of what was waited for.
    func pass() {
        stopWaiting()
        run.results.flush()
    }

    private func waiting(_ words: String) {
        guard showsWaiting, isForPeople else { return }
        stopWaiting()
        run.results.add(text: "\(label)\(words)")
        isWaiting = true
    }

    private func stopWaiting() {
        guard isWaiting else { return }
        isWaiting = false
        run.results.add(text: .erasedLine)
    }
}
