import ClusterAdmin
import Diagnosis
import HandshakeTrace

/// The attempts to connect that a trace has shown, those that fail alike as one.
struct HandshakeLog: Sendable {
    struct Entry: Sendable {
        /// Of the first one; it names the row.
        var number: Int
        /// The last one.
        var attempt: ConnectionAttempt
        /// How many failed alike.
        var count = 1
    }

    /// More than a person reads; the oldest are dropped.
    static let limit = 1000

    private var tracker = AttemptTracker(
        filter: AttemptFilter(), wantsEvents: true, explain: AttemptExplanation.failure)
    /// In the order of their beginnings.
    private(set) var entries: [Entry] = []
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
            entries.removeAll { $0.number == number }
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
        guard let index = entries.lastIndex(where: { $0.number == attempt.number }) else {
            return entries.append(Entry(number: attempt.number, attempt: attempt))
        }
        entries[index].attempt = attempt
    }
}
