package import ByteTransport
package import Diagnosis
import ErlangNode

/// Watches the members through one connection to one of them, and reports what is different at each look.
@LoopActor
package final class MemberWatch {
    package enum Event {
        /// All members, at each look; before what is different of them.
        case members([Member])
        /// What matters most first. The first one has every member.
        case changed([MemberChange])
        /// A look goes on: these have been asked, and have not answered.
        case waits(for: [String])
        /// What a look costs the members; after each list.
        case cost(RefreshCost)
        /// Nobody is waited for any longer.
        case looked
        /// The node that is asked hangs or is gone; it, or another one, is tried again.
        case interrupted(NodeFailure)
        /// A node answers again.
        case resumed(node: String)
    }

    /// Between two looks.
    package var interval = Duration.seconds(1) { didSet { feed?.interval = interval } }
    /// What an answer may take.
    private static let patience = Duration.seconds(5)
    /// Between two attempts to get a node's answers again.
    private static let retryInterval = Duration.seconds(1)
    /// Further members that are tried where none of the nodes that are named answers.
    private static let furtherLimit = 16

    private let open: (_ node: String, _ deadline: Instant) throws(VisitFailure) -> any Administration
    private let triesMembers: Bool
    private let onEvent: (Event) -> Void
    /// The node that is asked, or is about to be.
    package private(set) var entry: any Administration
    private var ways: [String]
    /// The last list.
    private var members: [Member] = []
    private var feed: MemberFeed?
    private var ledger = MemberLedger()
    private var isInterrupted = false
    /// The node that was asked when the interruption began.
    private var lostEntry: String?
    /// The nodes that are still to be tried in this interruption.
    private var attempts: [String] = []
    /// Ends the pause between two attempts.
    private let wanted = EventQueue<Void>(limit: 1)

    /// - Parameters:
    ///   - entry: is asked until it gives no answer.
    ///   - ways: nodes that are asked in turn then, each anew.
    ///   - triesMembers: whether other members are tried where none of `ways` answers.
    ///   - open: makes the way to one of them.
    ///   - onEvent: called for what happens while `begin` and `run` do.
    package init(
        _ entry: any Administration, ways: [String], triesMembers: Bool = false,
        open: @escaping (_ node: String, _ deadline: Instant) throws(VisitFailure) -> any Administration,
        onEvent: @escaping (Event) -> Void
    ) {
        self.entry = entry
        self.ways = ways.isEmpty ? [entry.node] : ways
        self.open = open
        self.triesMembers = triesMembers
        self.onEvent = onEvent
    }

    /// Waits for the first list.
    package func begin(until deadline: Instant?) async throws(NodeFailure) {
        onEvent(.waits(for: [entry.node]))
        do throws(NodeFailure) {
            let feed = try await beginFeed(until: deadline)
            while try await !take(feed.next(until: deadline)) {}
        } catch {
            onEvent(.looked)
            throw error
        }
    }

    /// Looks at once, and not only when the interval is over.
    package func lookNow() {
        feed?.lookNow()
        wanted.push(())
    }

    /// Watches until its task is cancelled.
    /// - Throws: where a way cannot be made.
    package func watch() async throws(VisitFailure) { try await run { true } }

    /// Watches until its task is cancelled.
    /// - Parameter isWanted: asked before each look; false ends the watch.
    /// - Throws: where a way cannot be made.
    package func run(while isWanted: () -> Bool) async throws(VisitFailure) {
        defer { endFeed() }
        while isWanted() {
            if isInterrupted {
                guard await pause() else { return }
                do throws(VisitFailure) { try openNext() } catch {
                    // A file may be replaced at this moment, and a name may be none: the next one is tried.
                    guard triesMembers else { throw error }
                    continue
                }
            }
            do throws(NodeFailure) {
                let feed = if let feed { feed } else { try await beginFeed(until: .now + Self.patience) }
                // A node that answers for the first time is given the time of an answer.
                while isWanted(), try await take(feed.next(until: isInterrupted ? .now + Self.patience : nil)) == false
                {}
            } catch {
                guard !Task.isCancelled else { return }
                lose(error)
            }
        }
    }

    private func beginFeed(until deadline: Instant?) async throws(NodeFailure) -> MemberFeed {
        let begun = try await entry.ask(FeedQuestion(interval: interval), until: deadline)
        // It may have been changed meanwhile.
        if begun.interval != interval { begun.interval = interval }
        feed = begun
        return begun
    }

    private func endFeed() {
        feed?.cancel()
        feed = nil
    }

    /// - Returns: whether a look is over.
    private func take(_ news: MemberFeed.News) -> Bool {
        switch news {
        case .waits(let nodes):
            onEvent(.waits(for: nodes.isEmpty ? [entry.node] : nodes))
            return false
        case .looked(let members, let cost, let silent):
            if silent.isEmpty { onEvent(.looked) }
            if isInterrupted {
                onEvent(.resumed(node: entry.node))
                ledger.beginAnew(missed: lostEntry == entry.node ? nil : lostEntry)
            }
            (isInterrupted, attempts) = (false, [])
            self.members = members
            onEvent(.members(members))
            onEvent(.cost(cost))
            report(ledger.take(members))
            if !silent.isEmpty { onEvent(.waits(for: silent)) }
            return true
        }
    }

    // MARK: the entry is lost

    private func lose(_ failure: NodeFailure) {
        endFeed()
        onEvent(.looked)
        let isFirst = !isInterrupted
        if isFirst {
            lostEntry = entry.node
            onEvent(.interrupted(failure))
        }
        isInterrupted = true
        miss(entry.node, failure, wasAsked: isFirst)
    }

    /// A way that was lost is taken anew, or another one: the old one's time is over.
    private func openNext() throws(VisitFailure) {
        entry.close()
        if attempts.isEmpty {
            ways = Array(ways.dropFirst()) + ways.prefix(1)
            attempts = ways + further
        }
        entry = try open(attempts.removeFirst(), .now + Self.patience)
    }

    /// Others that have answered lately.
    private var further: [String] {
        guard triesMembers else { return [] }
        let others = members.filter { $0.state == .up && $0.kind == .visible && !ways.contains($0.node) }
        return others.prefix(Self.furtherLimit).map(\.node)
    }

    /// - Returns: false where the task is cancelled.
    private func pause() async -> Bool {
        if case .cancelled = await wanted.next(until: .now + Self.retryInterval) { false } else { true }
    }

    /// What our own way to a node shows says nothing of the others, and of the node only that nothing is known: it, our
    /// link and a tunnel end alike. Only its epmd knows that it is gone. One that is merely tried stays as it was.
    private func miss(_ node: String, _ failure: NodeFailure, wasAsked: Bool) {
        let isGone = failure.code == .epmdNotRegistered
        guard isGone || wasAsked else { return }
        report(ledger.miss(node, isGone ? .down : .unknown, failure.message).map { [$0] } ?? [])
    }

    private func report(_ changes: [MemberChange]) {
        if !changes.isEmpty { onEvent(.changed(changes)) }
    }
}
