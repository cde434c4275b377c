import ClusterAdmin
import Diagnosis
import HandshakeTrace

/// The attempts to connect that a trace has shown: as one those that fail alike, and those of tools and probes that come
/// from one place to one node and go well.
struct HandshakeLog: Sendable {
    struct Entry: Sendable {
        /// Of the first one; it names the row.
        var number: Int
        /// The last one.
        var attempt: ConnectionAttempt
        /// How many failed alike, or went well.
        var count = 1

        /// Whether one of the ends is a tool, a shell or a probe: these come and go.
        var isOfTool: Bool { attempt.initiator.placeOfDynamic != nil || attempt.acceptor.placeOfDynamic != nil }
    }

    /// What those have in common that are one entry.
    private struct Visit: Hashable {
        var from: String
        var to: Party

        /// Nil: it is no visit, or none that went well.
        init?(_ attempt: ConnectionAttempt) {
            switch attempt.result {
            case .up, .down: break
            case .pending, .failed: return nil
            }
            guard let from = attempt.initiator.placeOfDynamic else { return nil }
            self.from = from
            // Its port may be known of some of them alone.
            to = attempt.acceptor.name.map { Party(name: $0) } ?? attempt.acceptor
        }
    }

    /// More than a person reads; the oldest are dropped.
    static let limit = 1000

    private var tracker = AttemptTracker(
        filter: AttemptFilter(), wantsEvents: true, explain: AttemptExplanation.failure)
    /// In the order of their beginnings.
    private(set) var entries: [Entry] = []
    /// The entry that an attempt is part of, by its number, where that is another one's.
    private var folded: [Int: Int] = [:]
    /// Visits so long ago are not heard of any more.
    private static let foldedReach = 1000
    /// Nodes that are traced, and what keeps others from it.
    private(set) var traced: Set<String> = []
    private(set) var untraced: [String: String] = [:]

    mutating func begin(on node: String) {
        problem = nil
        traced.insert(node)
        untraced[node] = nil
    }

    mutating func end(on node: String, _ reason: String) {
        traced.remove(node)
        untraced[node] = reason
    }

    /// - Parameter now: microseconds since the epoch.
    mutating func take(_ event: TraceEvent, at now: Int) {
        tracker.add(event, at: now)
        settle(at: now)
    }

    /// Why the last trace has ended, where nobody has asked for that.
    private(set) var problem: String?

    /// No trace runs any more.
    mutating func end(_ problem: String?) {
        self.problem = problem
        traced = []
        untraced = [:]
    }

    /// Reports the ends that are due.
    mutating func settle(at now: Int) {
        tracker.settle(at: now)
        for report in tracker.takeReports() { take(report) }
        if entries.count > Self.limit { entries.removeFirst(entries.count - Self.limit) }
    }

    private mutating func take(_ report: AttemptTracker.Report) {
        switch report {
        case .event(_, let attempt): if let attempt { put(attempt) }
        case .joined(let number, let attempt):
            // Others may be one entry with it.
            for index in entries.indices where entries[index].number == number { entries[index].count -= 1 }
            entries.removeAll { $0.number == number && $0.count < 1 }
            put(attempt)
        case .ended(let attempt, _, _): put(attempt)
        case .repeated(let attempt, _, let run):
            entries.removeAll { $0.number == attempt.number }
            guard let index = entries.lastIndex(where: { $0.number == run.first.number }) else {
                return entries.append(Entry(number: attempt.number, attempt: attempt, count: run.count))
            }
            entries[index].attempt = attempt
            entries[index].count = run.count
        }
    }

    /// Most are among the last.
    private mutating func put(_ attempt: ConnectionAttempt) {
        if let visit = Visit(attempt) { return put(attempt, visit) }
        // It has failed after all.
        if let number = folded.removeValue(forKey: attempt.number),
            let index = entries.lastIndex(where: { $0.number == number })
        {
            entries[index].count -= 1
        }
        guard let index = entries.lastIndex(where: { $0.number == attempt.number }) else {
            return entries.append(Entry(number: attempt.number, attempt: attempt))
        }
        if Visit(entries[index].attempt) != nil { entries[index].count = 1 }
        entries[index].attempt = attempt
    }

    private mutating func put(_ attempt: ConnectionAttempt, _ visit: Visit) {
        let number = folded[attempt.number] ?? attempt.number
        if let index = entries.lastIndex(where: { $0.number == number && Visit($0.attempt) == visit }) {
            // An earlier one may end after the last one has begun.
            if entries[index].attempt.number <= attempt.number { entries[index].attempt = attempt }
            return
        }
        let own = entries.lastIndex { $0.number == attempt.number }
        guard
            let index = entries.lastIndex(where: { $0.number != attempt.number && Visit($0.attempt) == visit })
        else {
            if let own {
                entries[own].attempt = attempt
            } else {
                entries.append(Entry(number: attempt.number, attempt: attempt))
            }
            return
        }
        entries[index].count += 1
        if entries[index].attempt.number <= attempt.number { entries[index].attempt = attempt }
        folded[attempt.number] = entries[index].number
        if folded.count > 2 * Self.foldedReach {
            folded = folded.filter { $0.key > attempt.number - Self.foldedReach }
        }
        if let own { entries.remove(at: own) }
    }
}
