package import Diagnosis
import DistributionProtocol
import ErlangNode

/// One attempt to connect two nodes: the events of one connection, seen from one end, from both, or from between.
package struct ConnectionAttempt: Hashable, Sendable {
    package enum Result: Hashable, Sendable {
        case pending
        case up
        case failed(NodeFailure)
        /// It was up, and is not any more.
        case down(reason: String)
    }

    /// A connection as one vantage calls it.
    package struct Source: Hashable, Sendable {
        package var vantage: Vantage
        package var connection: Int

        package init(_ vantage: Vantage, _ connection: Int) {
            self.vantage = vantage
            self.connection = connection
        }
    }

    /// Counts from 1, in the order of the attempts' beginnings.
    package var number: Int
    /// In the order in which they were seen.
    package private(set) var events: [TraceEvent]
    package private(set) var initiator: Party
    package private(set) var acceptor: Party
    package private(set) var sources: [Source]
    /// Microseconds since the epoch: the first and the last event.
    package private(set) var start: Int
    package private(set) var end: Int
    package var result: Result
    /// Whether it is only for its silence that it is taken for over, as it seems from between: it may go on.
    package private(set) var isOverByGuess = false

    package init(number: Int, first event: TraceEvent, source: Source) {
        self.number = number
        self.events = [event]
        self.initiator = event.initiator
        self.acceptor = event.acceptor
        self.sources = [source]
        self.start = event.time
        self.end = event.time
        self.result = .pending
        learnHost(event)
    }

    /// Who wants a dynamic name sends its host in place of one.
    private mutating func learnHost(_ event: TraceEvent) {
        guard event.sender == .initiator, case .handshake(let detail) = event.what, detail.message == .name,
            let name = detail.name, !name.isEmpty, !name.utf8.contains(UInt8(ascii: "@"))
        else { return }
        initiator.host = name
    }

    /// - Returns: whether more is known of the two ends than before.
    mutating func append(_ event: TraceEvent) -> Bool {
        if events.count < AttemptLedger.eventLimit {
            events.append(event)
            if event.isGuess, case .ended = event.what { isOverByGuess = true }
        }
        start = min(start, event.time)
        end = max(end, event.time)
        learnHost(event)
        // Between the two, what epmd says of a name comes first, and what the node itself says later.
        if event.vantage == .capture, let name = event.acceptor.name, name != acceptor.name {
            acceptor.name = name
            _ = complete(event.initiator, event.acceptor)
            return true
        }
        return complete(event.initiator, event.acceptor)
    }

    /// Takes in what another vantage saw of the same connection.
    mutating func append(_ other: ConnectionAttempt) {
        events += other.events.prefix(max(0, 2 * AttemptLedger.eventLimit - events.count))
        sources += other.sources
        isOverByGuess = isOverByGuess || other.isOverByGuess
        start = min(start, other.start)
        end = max(end, other.end)
        _ = complete(other.initiator, other.acceptor)
    }

    /// Takes back ends that were guessed: it goes on.
    mutating func takeBackEnd() {
        isOverByGuess = false
        for index in events.indices where events[index].isGuess {
            guard case .ended(let reason) = events[index].what else { continue }
            events[index].isGuess = false
            if case .timeout(let milliseconds?) = reason {
                events[index].what = .note("no answer within \(milliseconds) ms")
            } else {
                events[index].what = .note("no answer so far")
            }
        }
    }

    private mutating func complete(_ initiator: Party, _ acceptor: Party) -> Bool {
        let known = (self.initiator, self.acceptor)
        self.initiator = self.initiator.completed(by: initiator)
        self.acceptor = self.acceptor.completed(by: acceptor)
        return known != (self.initiator, self.acceptor)
    }

    package func party(_ role: Role) -> Party { role == .initiator ? initiator : acceptor }

    /// The events as one story: by time, each vantage's own order kept.
    package var story: [TraceEvent] {
        events.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }

    package func events(from vantage: Vantage) -> [TraceEvent] { events.filter { $0.vantage == vantage } }
}
