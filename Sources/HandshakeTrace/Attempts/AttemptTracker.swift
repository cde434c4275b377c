package import Diagnosis

/// Follows attempts to connect from their first event to their end, and decides what is reported of each, and when. All
/// that is kept of an attempt is kept here: its events, what was reported of it, what it was counted as.
///
/// It reads no clock: `add` and `settle` are given the time, in microseconds since the epoch.
package struct AttemptTracker: Sendable {
    /// Something to report now, in this order.
    package enum Report: Sendable {
        /// - Parameter attempt: nil for an event that belongs to none.
        case event(TraceEvent, attempt: ConnectionAttempt?)
        /// The attempt of this number is the same connection as another one, seen from the other end.
        case joined(Int, to: ConnectionAttempt)
        /// - Parameters:
        ///   - failure: why it failed; nil where it did not.
        ///   - run: the failures alike that it is the first of.
        case ended(ConnectionAttempt, NodeFailure?, RepeatFold.Run?)
        /// It failed as another one did shortly before.
        case repeated(ConnectionAttempt, NodeFailure, RepeatFold.Run)
    }

    /// What was reported of an attempt.
    private struct Progress {
        /// Events, while it is open whether they are to be reported.
        var held: [TraceEvent] = []
        var reportsEvents = false
        var ending = Ending.open
    }

    private enum Ending {
        case open
        /// It is over, and its end is reported then: the other node, and other processes, may have more to say of it.
        case due(at: Int)
        case reported(ReportedEnd)
    }

    private struct ReportedEnd {
        /// nil where nobody asked for the attempt.
        var outcome: AttemptTally.Outcome?
        var failure: NodeFailure?
        /// Whether the failure was only concluded from silence.
        var isGuess = false
    }

    /// How long after an attempt's end its reason is reported, in microseconds.
    package static let settlingTime = 300_000
    /// Each keeps its events, some 7 KB; the other end of one is looked for among the last 256.
    private static let keptAttempts = 512

    private let filter: AttemptFilter
    private let wantsEvents: Bool
    private var ledger: AttemptLedger
    private var fold = RepeatFold()
    /// By the attempt's number.
    private var progress: [Int: Progress] = [:]
    /// How many attempts there are before some are forgotten.
    private var forgetLimit = keptAttempts
    /// Attempts whose ends are due, oldest first.
    private var pending: [Int] = []
    private var reports: [Report] = []
    package private(set) var tally = AttemptTally()
    /// Attempts that have been seen, reported or not.
    package var attempts: Int { ledger.attempts.count + ledger.forgotten }

    /// - Parameters:
    ///   - wantsEvents: whether events are reported, besides the ends of attempts.
    ///   - explain: what an attempt's events mean.
    package init(filter: AttemptFilter, wantsEvents: Bool, explain: @escaping AttemptLedger.Explanation) {
        self.filter = filter
        self.wantsEvents = wantsEvents
        ledger = AttemptLedger(explain: explain)
    }

    package mutating func takeReports() -> [Report] {
        defer { reports = [] }
        return reports
    }

    /// - Parameter now: by the clock that `settle` goes by.
    package mutating func add(_ event: TraceEvent, at now: Int) {
        guard let (number, absorbed) = ledger.place(event) else {
            if !filter.failuresOnly, filter.fit(event.initiator, event.acceptor) == .yes {
                reports.append(.event(event, attempt: nil))
            }
            return
        }
        guard let attempt = ledger.attempt(number) else { return }
        if let absorbed { join(absorbed, attempt) }
        var known = progress[number] ?? Progress()
        if known.reportsEvents {
            reports.append(.event(event, attempt: attempt))
        } else if known.held.count < AttemptLedger.eventLimit {
            known.held.append(event)
        }
        if !attempt.isOverByGuess { takeBack(&known, attempt) }
        if case .open = known.ending, attempt.result != .pending {
            known.ending = .due(at: now + Self.settlingTime)
            pending.append(number)
        }
        if !known.reportsEvents, isWanted(attempt) { release(&known, attempt) }
        progress[number] = known
        forget()
    }

    /// What seemed to be over goes on.
    private mutating func takeBack(_ known: inout Progress, _ attempt: ConnectionAttempt) {
        switch known.ending {
        case .due where attempt.result == .pending: known.ending = .open
        case .reported(let end) where end.isGuess:
            known.ending = .open
            remove(end, of: attempt)
        case .open, .due, .reported: break
        }
    }

    private mutating func remove(_ end: ReportedEnd, of attempt: ConnectionAttempt) {
        if let failure = end.failure { fold.remove(attempt, failure) }
        tally.remove(end.outcome)
    }

    /// Two ends turned out to be one connection.
    private mutating func join(_ absorbed: Int, _ attempt: ConnectionAttempt) {
        guard let other = progress.removeValue(forKey: absorbed) else { return }
        var kept = progress[attempt.number] ?? Progress()
        if case .reported(let end) = other.ending { remove(end, of: attempt) }
        if other.reportsEvents, kept.reportsEvents { reports.append(.joined(absorbed, to: attempt)) }
        kept.held += other.held
        if case .due = other.ending, case .open = kept.ending {
            kept.ending = other.ending
            pending.append(attempt.number)
        }
        progress[attempt.number] = kept
    }

    /// Whether its events are reported as they come.
    private func isWanted(_ attempt: ConnectionAttempt) -> Bool {
        guard wantsEvents, !filter.failuresOnly, filter.fit(attempt.initiator, attempt.acceptor) == .yes else {
            return false
        }
        if case .up = attempt.result { return true }
        if case .down = attempt.result { return true }
        // The node may not be able to say from where somebody has come, but soon who it is.
        if attempt.initiator.isUnknown, attempt.result == .pending { return false }
        // What fails again and again is reported once.
        return !fold.expects(attempt)
    }

    private mutating func release(_ known: inout Progress, _ attempt: ConnectionAttempt) {
        guard wantsEvents, !known.reportsEvents else { return }
        known.reportsEvents = true
        // Two nodes report it one after the other; one of them keeps its own order.
        let isSeenTwice = attempt.sources.count > 1
        for var event in isSeenTwice ? Self.sorted(known.held) : known.held {
            if event.initiator.isUnknown { event.initiator = attempt.initiator }
            reports.append(.event(event, attempt: attempt))
        }
        known.held = []
    }

    private static func sorted(_ events: [TraceEvent]) -> [TraceEvent] {
        events.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }

    // MARK: ends

    /// Reports the ends that have settled by `now`.
    package mutating func settle(at now: Int) {
        while let number = pending.first {
            if case .due(let time)? = progress[number]?.ending {
                guard time <= now else { return }
                conclude(number)
            }
            pending.removeFirst()
        }
    }

    private mutating func conclude(_ number: Int) {
        guard var known = progress[number] else { return }
        guard let attempt = ledger.attempt(number) else { return lose(number) }
        var end = ReportedEnd()
        // Nothing more will be learnt of its ends.
        if filter.fit(attempt.initiator, attempt.acceptor) != .no {
            if case .failed(let failure) = attempt.result {
                end = ReportedEnd(
                    outcome: .failed(failure.code), failure: failure, isGuess: attempt.isOverByGuess)
                report(failure, of: attempt, &known)
            } else {
                end.outcome = attempt.result == .pending ? .open : .up
                if !filter.failuresOnly {
                    release(&known, attempt)
                    reports.append(.ended(attempt, nil, nil))
                }
            }
        }
        if let outcome = end.outcome { tally.add(outcome) }
        known.ending = .reported(end)
        progress[number] = known
        forget()
    }

    private mutating func report(_ failure: NodeFailure, of attempt: ConnectionAttempt, _ known: inout Progress) {
        guard let run = fold.add(attempt) else { return }
        if run.count > 1, !known.reportsEvents {
            reports.append(.repeated(attempt, failure, run))
        } else {
            release(&known, attempt)
            reports.append(.ended(attempt, failure, run))
        }
    }

    /// The ledger, which has too many, has forgotten the attempt before its end.
    private mutating func lose(_ number: Int) {
        guard let known = progress.removeValue(forKey: number) else { return }
        if case .reported = known.ending { return }
        tally.add(.open)
    }

    /// What is over and reported is kept for a while, as its link may go down.
    private mutating func forget() {
        guard progress.count > forgetLimit else { return }
        let progress = progress
        ledger.removeAll { attempt in
            if case .up = attempt.result { return false }
            if case .reported? = progress[attempt.number]?.ending { return true }
            return false
        }
        for number in progress.keys where ledger.attempt(number) == nil { lose(number) }
        // Links that stay up are not forgotten: to look at all of them each time would cost more and more.
        forgetLimit = max(Self.keptAttempts, 2 * self.progress.count)
    }

    /// What is known of a connection, and whether it is one of those that are asked for.
    package func attempt(
        of source: ConnectionAttempt.Source
    ) -> (attempt: ConnectionAttempt, isWanted: Bool)? {
        guard let attempt = ledger.attempt(of: source) else { return nil }
        var hasFailed = false
        if case .failed = attempt.result { hasFailed = true }
        return (attempt, (hasFailed || !filter.failuresOnly) && filter.fit(attempt.initiator, attempt.acceptor) != .no)
    }

    /// Reports all that is left, attempts without an end included.
    package mutating func finish() {
        settle(at: .max)
        let open = progress.filter { if case .reported = $0.value.ending { false } else { true } }
        for number in open.keys.sorted() { conclude(number) }
    }
}
