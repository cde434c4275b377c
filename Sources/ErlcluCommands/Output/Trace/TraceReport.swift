import Diagnosis
import ErlangNode
import HandshakeTrace

/// Shows attempts to connect as they happen, wherever their events come from: a line an event, the reason of each
/// failure below them; or a ladder an attempt; or documents for scripts.
final class TraceReport {
    /// Events are held back while it is open whether they are to be shown.
    private struct Entry {
        var held: [TraceEvent] = []
        var isShown = false
        /// When the end of the attempt is told: the other node, and other processes, may have more to say of it.
        var due: Int?
        var isTold = false
        /// What was told as its end, and whether that was a guess.
        var failure: NodeFailure?
        var isGuess = false
        /// What it was counted as.
        var counted: TraceTally.Outcome?
    }

    /// How long after an attempt's end its reason is told, in microseconds.
    static let settlingTime = 300_000
    private static let keptEntries = 4_096

    let run: CommandRun
    private let filter: AttemptFilter
    private let isLadder: Bool
    private var ledger = AttemptLedger(explain: AttemptExplanation.failure(of:))
    private var fold = RepeatFold()
    private var entries: [Int: Entry] = [:]
    private var numbers: [ConnectionAttempt.Source: Int] = [:]
    /// How many entries there are before some are forgotten.
    private var forgetLimit = keptEntries
    /// Ends that are not told yet, oldest first.
    private var pending: [Int] = []
    /// How many events have been shown.
    private(set) var shown = 0
    private(set) var tally = TraceTally()
    /// Attempts that have been seen, shown or not.
    var attempts: Int { ledger.attempts.count + ledger.forgotten }
    let lines: TraceLines

    init(_ run: CommandRun, filter: AttemptFilter = AttemptFilter()) {
        self.run = run
        self.filter = filter
        isLadder = run.wantsLadder
        lines = TraceLines(run)
    }

    /// - Parameter now: microseconds since the epoch, by the clock that `settle` goes by.
    func add(_ event: TraceEvent, at now: Int) {
        guard event.connection != nil, let number = ledger.add(event) else {
            if !filter.failuresOnly, filter.fit(event.initiator, event.acceptor) == .yes { show(event, nil) }
            return
        }
        guard let attempt = ledger.attempt(number) else { return }
        for source in attempt.sources { join(source, attempt) }
        var entry = entries[number] ?? Entry()
        if entry.isShown {
            show(event, attempt)
        } else if entry.held.count < AttemptLedger.eventLimit {
            entry.held.append(event)
        }
        if !attempt.isOverByGuess { takeBack(&entry, attempt) }
        if !entry.isTold, entry.due == nil, attempt.result != .pending {
            entry.due = now + Self.settlingTime
            pending.append(number)
        }
        if !entry.isShown, isWanted(attempt) { release(&entry, attempt) }
        entries[number] = entry
        forget()
    }

    /// What seemed to be over goes on.
    private func takeBack(_ entry: inout Entry, _ attempt: ConnectionAttempt) {
        if !entry.isTold, attempt.result == .pending { entry.due = nil }
        guard entry.isGuess, let failure = entry.failure else { return }
        entry.failure = nil
        entry.isGuess = false
        entry.isTold = false
        entry.due = nil
        fold.remove(attempt, failure)
        tally.remove(entry.counted)
        entry.counted = nil
    }

    /// Two ends turned out to be one connection.
    private func join(_ source: ConnectionAttempt.Source, _ attempt: ConnectionAttempt) {
        let number = attempt.number
        let before = numbers.updateValue(number, forKey: source)
        guard let before, before != number, let other = entries.removeValue(forKey: before) else { return }
        tally.remove(other.counted)
        if let failure = other.failure { fold.remove(attempt, failure) }
        if other.isShown, entries[number]?.isShown == true, !isLadder { lines.joined(before, attempt) }
        entries[number, default: Entry()].held += other.held
        if let due = other.due, entries[number]?.due == nil, !other.isTold {
            entries[number]?.due = due
            pending.append(number)
        }
    }

    /// Whether its events are shown as they come.
    private func isWanted(_ attempt: ConnectionAttempt) -> Bool {
        guard !filter.failuresOnly, !isLadder, filter.fit(attempt.initiator, attempt.acceptor) == .yes else {
            return false
        }
        if case .up = attempt.result { return true }
        if case .down = attempt.result { return true }
        // What fails again and again is told once.
        return !fold.expects(attempt)
    }

    private func release(_ entry: inout Entry, _ attempt: ConnectionAttempt) {
        entry.isShown = true
        // Two nodes tell of it one after the other; one of them keeps its own order.
        let isSeenTwice = attempt.sources.count > 1
        for event in isSeenTwice ? Self.sorted(entry.held) : entry.held { show(event, attempt) }
        entry.held = []
    }

    private static func sorted(_ events: [TraceEvent]) -> [TraceEvent] {
        events.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }

    private func show(_ event: TraceEvent, _ attempt: ConnectionAttempt?) {
        shown += 1
        lines.event(event, attempt)
    }

    // MARK: ends

    /// Tells the ends that have settled by `now`.
    func settle(at now: Int) {
        while let number = pending.first {
            guard let due = entries[number]?.due else {
                pending.removeFirst()
                continue
            }
            guard due <= now else { return }
            pending.removeFirst()
            conclude(number)
        }
    }

    private func conclude(_ number: Int) {
        guard var entry = entries[number], !entry.isTold else { return }
        guard let attempt = ledger.attempt(number) else { return lose(number) }
        entry.isTold = true
        defer {
            entries[number] = entry
            forget()
        }
        // Nothing more will be learnt of its ends.
        let fits = filter.fit(attempt.initiator, attempt.acceptor) != .no
        guard case .failed(let failure) = attempt.result else {
            guard fits else { return }
            count(&entry, attempt.result == .pending ? .open : .up)
            guard !filter.failuresOnly else { return }
            if !entry.isShown, !isLadder { release(&entry, attempt) }
            return isLadder ? lines.ladder(attempt) : lines.success(attempt)
        }
        guard fits else { return }
        count(&entry, .failed(failure.code))
        entry.failure = failure
        entry.isGuess = attempt.isOverByGuess
        guard let run = fold.add(attempt) else { return }
        if run.count > 1, !entry.isShown { return lines.again(attempt, failure, run) }
        if isLadder { return lines.ladder(attempt) }
        if !entry.isShown { release(&entry, attempt) }
        lines.failure(attempt, failure, run)
    }

    /// The ledger, which has too many, has forgotten the attempt before its end.
    private func lose(_ number: Int) {
        if let entry = entries.removeValue(forKey: number), !entry.isTold { tally.add(.open) }
    }

    private func count(_ entry: inout Entry, _ outcome: TraceTally.Outcome) {
        tally.add(outcome)
        entry.counted = outcome
    }

    /// What is over and told is kept for a while, as its link may go down.
    private func forget() {
        guard entries.count > forgetLimit else { return }
        let told = Set(entries.filter(\.value.isTold).keys)
        ledger.removeAll { attempt in
            if case .up = attempt.result { return false }
            return told.contains(attempt.number)
        }
        for number in entries.keys where ledger.attempt(number) == nil { lose(number) }
        numbers = numbers.filter { ledger.attempt($0.value) != nil }
        // Links that stay up are not forgotten: to look at all of them each time would cost more and more.
        forgetLimit = max(Self.keptEntries, 2 * entries.count)
    }

    /// What is known of a connection, and whether it is one of those that are asked for.
    func attempt(of source: ConnectionAttempt.Source) -> (attempt: ConnectionAttempt, isWanted: Bool)? {
        guard let attempt = numbers[source].flatMap({ ledger.attempt($0) }) else { return nil }
        var hasFailed = false
        if case .failed = attempt.result { hasFailed = true }
        return (attempt, (hasFailed || !filter.failuresOnly) && filter.fit(attempt.initiator, attempt.acceptor) != .no)
    }

    /// Tells all that is left, attempts without an end included.
    func finish() {
        settle(at: .max)
        for number in entries.filter({ !$0.value.isTold }).keys.sorted() { conclude(number) }
        lines.finish()
    }
}
