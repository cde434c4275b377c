package import ByteTransport
package import Diagnosis
import ErlangNode

/// Looks at the members again and again, and reports what is different each time.
@LoopActor
package final class MemberWatch {
    package enum Event {
        /// All members, at each look; before what is different of them.
        case members([Member])
        /// What matters most first. The first one has every member.
        case changed([MemberChange])
        /// A look goes on: these have been asked, and have not answered.
        case waits(for: [String])
        /// The look is over.
        case looked
        /// The node that is asked hangs or is gone; it, or another one, is tried again.
        case interrupted(NodeFailure)
        /// A node answers again.
        case resumed(node: String)
    }

    /// Between two looks; one takes the nodes a few milliseconds.
    package var interval = Duration.seconds(1) { didSet { lookNow() } }
    /// What an answer may take.
    private static let patience = Duration.seconds(5)

    private let open: (_ node: String, _ deadline: Instant) throws(VisitFailure) -> any Administration
    private let onEvent: (Event) -> Void
    private var entry: any Administration
    private var ways: [String]
    private var ledger = MemberLedger()
    private var isInterrupted = false
    /// Ends the pause between two looks.
    private let wanted = EventQueue<Void>(limit: 1)

    /// - Parameters:
    ///   - entry: is asked until it gives no answer.
    ///   - ways: nodes that are asked in turn then, each anew.
    ///   - open: makes the way to one of them.
    ///   - onEvent: called for what happens while `begin` and `run` do.
    package init(
        _ entry: any Administration, ways: [String],
        open: @escaping (_ node: String, _ deadline: Instant) throws(VisitFailure) -> any Administration,
        onEvent: @escaping (Event) -> Void
    ) {
        self.entry = entry
        self.ways = ways.isEmpty ? [entry.node] : ways
        self.open = open
        self.onEvent = onEvent
    }

    /// Looks for the first time.
    package func begin(until deadline: Instant?) async throws(NodeFailure) {
        let members = try await members(until: deadline)
        onEvent(.members(members))
        onEvent(.changed(ledger.take(members)))
    }

    /// Looks at once, and not only when the interval is over.
    package func lookNow() { wanted.push(()) }

    /// Looks until its task is cancelled, and begins with a look that may fail like any other.
    /// - Throws: where a way cannot be made.
    package func watch() async throws(VisitFailure) {
        await look()
        try await run { true }
    }

    private func members(until deadline: Instant?) async throws(NodeFailure) -> [Member] {
        defer { onEvent(.looked) }
        let question = MembersQuestion { [onEvent, entry] silent in
            onEvent(.waits(for: silent.isEmpty ? [entry.node] : silent))
        }
        return try await entry.ask(question, until: deadline)
    }

    /// Looks at each end of the interval, until its task is cancelled.
    /// - Parameter isWanted: asked before each look; false ends the watch.
    /// - Throws: where a way cannot be made.
    package func run(while isWanted: () -> Bool) async throws(VisitFailure) {
        while isWanted(), await pause() {
            // A way that was lost is taken anew, or another one: the old one's time is over.
            if isInterrupted {
                entry.close()
                ways = Array(ways.dropFirst()) + ways.prefix(1)
                entry = try open(ways[0], .now + Self.patience)
            }
            await look()
        }
    }

    /// - Returns: false where the task is cancelled.
    private func pause() async -> Bool {
        if case .cancelled = await wanted.next(until: .now + interval) { false } else { true }
    }

    private func look() async {
        do throws(NodeFailure) {
            let members = try await members(until: .now + Self.patience)
            if isInterrupted {
                onEvent(.resumed(node: entry.node))
                ledger.beginAnew()
            }
            isInterrupted = false
            onEvent(.members(members))
            report(ledger.take(members))
        } catch {
            guard !Task.isCancelled else { return }
            if !isInterrupted { onEvent(.interrupted(error)) }
            isInterrupted = true
            miss(entry.node, error)
        }
    }

    /// The entry itself is gone, or hangs; nothing is known of the others for now.
    private func miss(_ node: String, _ failure: NodeFailure) {
        let hangs = [.timeout, .setupTimeout, .tcpTimeout, .epmdTimeout, .tick].contains(failure.code)
        report(ledger.miss(node, hangs ? .unreachable : .down, failure.message).map { [$0] } ?? [])
    }

    private func report(_ changes: [MemberChange]) {
        if !changes.isEmpty { onEvent(.changed(changes)) }
    }
}
