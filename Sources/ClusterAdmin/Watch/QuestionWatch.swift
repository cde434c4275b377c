package import ByteTransport
package import Diagnosis
import ErlangNode

/// Asks the same question again and again, of one node as long as it answers, and of the next one then.
@LoopActor
package final class QuestionWatch<Answer> {
    package enum Event {
        case answered(Answer)
        /// The look is over.
        case looked
        /// The node that is asked hangs or is gone; it, or another one, is tried again.
        case interrupted(node: String, NodeFailure)
        /// A node answers again; its answer follows.
        case resumed(node: String)
        /// The node that was tried again gives no answer either.
        case missed(node: String, NodeFailure)
    }

    /// Between two looks; one takes the nodes a few milliseconds.
    package var interval = Duration.seconds(1) { didSet { lookNow() } }

    private let open: (_ node: String, _ deadline: Instant) throws(VisitFailure) -> any Administration
    private let ask: (any Administration, Instant?) async throws(NodeFailure) -> Answer
    private let onEvent: (Event) -> Void
    private var entry: any Administration
    private var ways: [String]
    private var isInterrupted = false
    /// Ends the pause between two looks.
    private let wanted = EventQueue<Void>(limit: 1)

    /// - Parameters:
    ///   - entry: is asked until it gives no answer.
    ///   - ways: nodes that are asked in turn then, each anew.
    ///   - open: makes the way to one of them.
    ///   - ask: asks a node until a moment.
    ///   - onEvent: called for what happens while `begin` and `run` do.
    package init(
        _ entry: any Administration, ways: [String],
        open: @escaping (_ node: String, _ deadline: Instant) throws(VisitFailure) -> any Administration,
        ask: @escaping (any Administration, Instant?) async throws(NodeFailure) -> Answer,
        onEvent: @escaping (Event) -> Void
    ) {
        self.entry = entry
        self.ways = ways.isEmpty ? [entry.node] : ways
        self.open = open
        self.ask = ask
        self.onEvent = onEvent
    }

    /// What an answer may take; a constant, as a generic type stores none of its own.
    private static var patience: Duration { .seconds(5) }

    /// Looks for the first time.
    package func begin(until deadline: Instant?) async throws(NodeFailure) {
        onEvent(.answered(try await answer(until: deadline)))
    }

    /// Looks at once, and not only when the interval is over.
    package func lookNow() { wanted.push(()) }

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

    private func answer(until deadline: Instant?) async throws(NodeFailure) -> Answer {
        defer { onEvent(.looked) }
        return try await ask(entry, deadline)
    }

    private func look() async {
        do throws(NodeFailure) {
            let answer = try await answer(until: .now + Self.patience)
            if isInterrupted { onEvent(.resumed(node: entry.node)) }
            isInterrupted = false
            onEvent(.answered(answer))
        } catch {
            guard !Task.isCancelled else { return }
            onEvent(isInterrupted ? .missed(node: entry.node, error) : .interrupted(node: entry.node, error))
            isInterrupted = true
        }
    }
}
