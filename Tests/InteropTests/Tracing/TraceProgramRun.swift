import ByteTransport
import ErlangNode
import ErlangTerm
import ErlcluTestSupport
import Testing

/// The program that traces handshakes, without what the tool makes of it: its items are counted as they come.
final class TraceProgramRun {
    private let loop: EventLoop
    private let connection: NodeConnection
    private var tracer: PID?
    private var beat: TimerHandle?
    private(set) var events = 0
    /// How many of them each function of the node gave.
    private(set) var calls: [String: Int] = [:]
    private(set) var dropped = 0
    /// Why it said that it ends.
    private(set) var stopped: String?
    private(set) var isOver = false

    /// Waits until the trace is there.
    init(_ link: NodeLink, through connection: NodeConnection? = nil, rate: Int) throws {
        loop = link.loop
        self.connection = try connection ?? link.connection()
        let bindings = [
            ProgramBinding("Forms", .atom("none")), ProgramBinding("Max", .integer(1_000_000)),
            ProgramBinding("Rate", .integer(rate)), ProgramBinding("Silence", .integer(3_000)),
            ProgramBinding("Ttl", .integer(300_000)),
        ]
        self.connection.run(.traceDist, bindings: bindings) { [weak self] event in
            switch event {
            case .item(let item): self?.take(item)
            case .ended: self?.isOver = true
            }
        }
        try #require(loop.run(until: .now + .seconds(Deadline.patience)) { tracer != nil })
        keepBeating()
    }

    deinit {
        beat?.cancel()
        connection.close()
    }

    /// Runs the loop until it holds.
    func wait(until condition: () -> Bool) -> Bool {
        loop.run(until: .now + .seconds(Deadline.patience), or: condition)
    }

    /// Asks for the end, and waits for it.
    func stop() -> Bool {
        send("stop")
        return wait { isOver }
    }

    private func take(_ item: TermView) {
        guard let parts = item.elements, let tag = parts[0]?.atom?.name else { return }
        switch tag {
        case "tracing": tracer = parts[1]?.pid
        case "event":
            events += 1
            if let function = parts[3]?.elements?[1]?.atom?.name { calls[function, default: 0] += 1 }
        case "dropped": dropped += parts[1]?.integer ?? 0
        case "stopped": stopped = parts[1]?.atom?.name
        default: break
        }
    }

    private func keepBeating() {
        send("beat")
        beat = loop.schedule(at: .now + .milliseconds(200)) { [weak self] in self?.keepBeating() }
    }

    private func send(_ word: String) {
        guard let tracer else { return }
        let message = [104, 2, 119, 6] + Array("erlclu".utf8) + [119, 4] + Array(word.utf8)
        connection.send(encoded: message, to: tracer)
    }
}
