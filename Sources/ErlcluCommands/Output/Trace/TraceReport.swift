import Diagnosis
import HandshakeTrace

/// Shows attempts to connect as they happen, wherever their events come from: a line an event, the reason of each
/// failure below them; or a ladder an attempt; or documents for scripts.
final class TraceReport {
    let run: CommandRun
    private let isLadder: Bool
    private var tracker: AttemptTracker
    /// How many events have been shown.
    private(set) var shown = 0
    let lines: TraceLines

    var tally: AttemptTally { tracker.tally }
    /// Attempts that have been seen, shown or not.
    var attempts: Int { tracker.attempts }

    init(_ run: CommandRun, filter: AttemptFilter = AttemptFilter()) {
        self.run = run
        isLadder = run.wantsLadder
        tracker = AttemptTracker(
            filter: filter, wantsEvents: !run.wantsLadder, explain: AttemptExplanation.failure)
        lines = TraceLines(run)
    }

    /// - Parameter now: microseconds since the epoch, by the clock that `settle` goes by.
    func add(_ event: TraceEvent, at now: Int) {
        tracker.add(event, at: now)
        write()
    }

    /// Shows the ends that have settled by `now`.
    func settle(at now: Int) {
        tracker.settle(at: now)
        write()
    }

    /// Shows all that is left, attempts without an end included.
    func finish() {
        tracker.finish()
        write()
        lines.finish()
    }

    /// What is known of a connection, and whether it is one of those that are asked for.
    func attempt(of source: ConnectionAttempt.Source) -> (attempt: ConnectionAttempt, isWanted: Bool)? {
        tracker.attempt(of: source)
    }

    private func write() {
        for report in tracker.takeReports() {
            switch report {
            case .event(let event, let attempt):
                shown += 1
                lines.event(event, attempt)
            case .joined(let number, let attempt): lines.joined(number, attempt)
            case .ended(let attempt, _, _) where isLadder: lines.ladder(attempt)
            case .ended(let attempt, let failure?, let run?): lines.failure(attempt, failure, run)
            case .ended(let attempt, _, _): lines.success(attempt)
            case .repeated(let attempt, let failure, let run): lines.again(attempt, failure, run)
            }
        }
    }
}
