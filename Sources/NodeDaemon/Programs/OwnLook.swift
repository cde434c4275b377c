import ByteTransport
import ErlangTerm

/// What the program `feed_member` emits on a node: what is new of it at each look.
struct OwnLook {
    private let view: OwnView
    private var known: Term?

    init(_ view: OwnView) { self.view = view }

    /// `{facts, Microseconds, Snapshot}` where anything but the counters is new, and `{vitals, ...}` else.
    mutating func item() -> Term {
        let began = Instant.now
        let steady = view.snapshot(nil)
        let vitals = view.vitals
        let took = { Term.integer(Int(began.duration(to: .now) / .microseconds(1))) }
        guard steady == known else {
            known = steady
            let whole = view.snapshot(vitals)
            return .tuple(.atom("facts"), took(), whole)
        }
        return .tuple([
            .atom("vitals"), took(), .integer(Int(vitals.uptime / .seconds(1))), .integer(vitals.processes),
            .integer(0), .integer(vitals.memoryBytes),
        ])
    }
}

/// The program `feed_member`: it looks whenever it is asked to, and ends when nobody asks.
final class FeedMemberProgram: NativeProgram {
    private let process: HostedProcess
    private let loop: EventLoop
    private var look: OwnLook
    private var timer: TimerHandle?

    /// What `feed` may leave it without a question at the beginning, and at most.
    private static let patience = (first: 60_000, last: 3 * 3_600_000)

    init(for process: HostedProcess, _ view: OwnView, on loop: EventLoop) {
        self.process = process
        self.loop = loop
        look = OwnLook(view)
    }

    func begin() { answer(patience: Self.patience.first) }

    /// `{erlclu, look | check, Milliseconds}`. To look costs nothing here, so it is the same as to check.
    func take(_ message: TermView) {
        guard let question = message.elements(tagged: "erlclu", 3), question[1]?.atom != nil,
            let patience = question[2]?.integer
        else { return }
        answer(patience: min(max(patience, 0), Self.patience.last))
    }

    func cancel() { timer?.cancel() }

    private func answer(patience: Int) {
        process.emit(look.item())
        timer?.cancel()
        guard !process.isOver else { return }
        timer = loop.schedule(at: .now + .milliseconds(patience)) { [weak process] in process?.end(.atom("shutdown")) }
    }
}
