package import Diagnosis
import ErlangNode

/// Sorts events into attempts, joins the two ends of one connection, and says how each attempt ended.
package struct AttemptLedger: Sendable {
    /// What an attempt's events mean; nil while they mean no failure.
    package typealias Explanation = @Sendable (ConnectionAttempt, PeerHistory) -> NodeFailure?

    /// How far apart the two ends may say that one connection began: their clocks differ.
    package static let clockDifference = 5_000_000
    private static let strangerDifference = 1_000_000
    /// Attempts that are kept; the oldest that are over go first.
    package static let attemptLimit = 10_000
    /// Events that one attempt keeps: a handshake has some 30.
    package static let eventLimit = 500
    /// The other end of a connection is looked for among so many of the last attempts.
    private static let joinReach = 256

    package private(set) var attempts: [ConnectionAttempt] = []
    /// Attempts that had to go for others.
    package private(set) var forgotten = 0
    private var places: [ConnectionAttempt.Source: Int] = [:]
    private var nextNumber = 1
    /// What the attempts so far showed of the nodes.
    private var history = PeerHistory()
    private let explanation: Explanation

    package init(explain: @escaping Explanation = { _, _ in nil }) { explanation = explain }

    /// - Returns: the number of the attempt that the event belongs to; nil when it belongs to none.
    @discardableResult
    package mutating func add(_ event: TraceEvent) -> Int? { place(event)?.number }

    /// - Returns: the number of the attempt that the event belongs to, and that of another one which turned out to be
    ///   the other end of it and is now a part of it; nil when the event belongs to none.
    package mutating func place(_ event: TraceEvent) -> (number: Int, absorbed: Int?)? {
        history.add(event)
        guard let connection = event.connection else { return nil }
        let source = ConnectionAttempt.Source(event.vantage, connection)
        guard let place = places[source].flatMap({ index(of: $0) }) else { return open(event, source) }
        let number = attempts[place].number
        if attempts[place].isOverByGuess, event.vantage == .capture { resume(place) }
        let isBetterKnown = attempts[place].append(event)
        judge(place, event)
        return (isBetterKnown || event.isEnd ? join(place) : nil) ?? (number, nil)
    }

    private func explain(_ attempt: ConnectionAttempt) -> NodeFailure? { explanation(attempt, history) }

    package func attempt(_ number: Int) -> ConnectionAttempt? { index(of: number).map { attempts[$0] } }

    package func attempt(of source: ConnectionAttempt.Source) -> ConnectionAttempt? {
        places[source].flatMap { attempt($0) }
    }

    /// Forgets attempts: what comes of their connections later begins new ones.
    package mutating func removeAll(where isEmitted: (ConnectionAttempt) -> Bool) {
        attempts.removeAll(where: isEmitted)
        places = places.filter { index(of: $0.value) != nil }
    }

    private mutating func open(
        _ event: TraceEvent, _ source: ConnectionAttempt.Source
    ) -> (number: Int, absorbed: Int?) {
        let number = nextNumber
        nextNumber += 1
        makeRoom()
        attempts.append(ConnectionAttempt(number: number, first: event, source: source))
        places[source] = number
        judge(attempts.count - 1, event)
        return join(attempts.count - 1) ?? (number, nil)
    }

    /// Room for an eighth of them at once: one by one would look at all of them each time.
    private mutating func makeRoom() {
        guard attempts.count >= Self.attemptLimit else { return }
        var surplus = Self.attemptLimit / 8
        let pending = attempts.count { $0.result == .pending }
        var pendingSurplus = max(0, surplus - (attempts.count - pending))
        removeAll { attempt in
            guard surplus > 0 else { return false }
            if attempt.result == .pending {
                guard pendingSurplus > 0 else { return false }
                pendingSurplus -= 1
            }
            surplus -= 1
            return true
        }
        forgotten += Self.attemptLimit / 8
    }

    /// Numbers are given in the order of the array.
    private func index(of number: Int) -> Int? {
        var (low, high) = (0, attempts.count)
        while low < high {
            let middle = (low + high) / 2
            if attempts[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low < attempts.count && attempts[low].number == number ? low : nil
    }

    /// The end was concluded from silence, and a packet has come.
    private mutating func resume(_ place: Int) {
        attempts[place].takeBackEnd()
        attempts[place].result = explain(attempts[place]).map { .failed($0) } ?? .pending
    }

    private mutating func judge(_ place: Int, _ event: TraceEvent) {
        switch event.what {
        case .up:
            attempts[place].result = .up
        case .down(let reason):
            attempts[place].result = .down(reason: reason)
        case .ended:
            guard let failure = explain(attempts[place]) else { return }
            attempts[place].result = .failed(failure)
        // A node that gets a fatal alert may close without another event.
        case .alert(let alert) where alert.level == 2 && attempts[place].result == .pending:
            guard let failure = explain(attempts[place]) else { return }
            attempts[place].result = .failed(failure)
        default:
            // Events behind the end may show its reason: the other side's alert, its certificate.
            if case .failed = attempts[place].result, let failure = explain(attempts[place]) {
                attempts[place].result = .failed(failure)
            }
        }
    }

    /// Joins the attempt with the other end's, if that is known.
    /// - Returns: the number of the attempt that both are now, and that of the one that is a part of it.
    private mutating func join(_ place: Int) -> (number: Int, absorbed: Int?)? {
        guard let partner = otherEnd(of: place) else { return nil }
        let (kept, gone) = partner < place ? (partner, place) : (place, partner)
        let other = attempts[gone]
        attempts[kept].append(other)
        for source in other.sources { places[source] = attempts[kept].number }
        attempts.remove(at: gone)
        settle(kept, other.result)
        return (attempts[kept].number, other.number)
    }

    /// Which of the last attempts is the same connection, seen from its other end: the nearest in time of those that
    /// certainly may be, else the only one that nothing rules out.
    private func otherEnd(of place: Int) -> Int? {
        guard attempts[place].sources.count == 1, let side = attempts[place].events.first?.side else { return nil }
        var nearest: (place: Int, distance: Int)?
        var strangers: [Int] = []
        for candidate in attempts.indices.suffix(Self.joinReach) {
            let distance = abs(attempts[candidate].start - attempts[place].start)
            guard distance <= Self.clockDifference, attempts[candidate].isOtherEnd(than: attempts[place], side) else {
                continue
            }
            let ends =
                side == .initiator
                ? ConnectionEnds(dialling: attempts[place], taking: attempts[candidate])
                : ConnectionEnds(dialling: attempts[candidate], taking: attempts[place])
            if ends.areOne {
                if distance < nearest?.distance ?? .max { nearest = (candidate, distance) }
            } else if distance <= Self.strangerDifference, ends.mayBeOne {
                strangers.append(candidate)
            }
        }
        return nearest?.place ?? (strangers.count == 1 ? strangers[0] : nil)
    }

    /// The two ends may differ: one is up when the other has given up.
    private mutating func settle(_ place: Int, _ other: ConnectionAttempt.Result) {
        switch (attempts[place].result, other) {
        case (_, .failed), (.failed, _):
            if let failure = explain(attempts[place]) {
                attempts[place].result = .failed(failure)
            } else if case .failed = other {
                attempts[place].result = other
            }
        case (_, .down): attempts[place].result = other
        case (.pending, .up): attempts[place].result = .up
        default: break
        }
    }
}
