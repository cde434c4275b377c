package import Diagnosis
import ErlangNode

/// Counts failures that repeat: a node that cannot connect tries again every few seconds.
package struct RepeatFold: Sendable {
    /// Attempts of one pair that failed for one reason.
    package struct Run: Hashable, Sendable {
        /// The first of them, which was reported.
        package var first: ConnectionAttempt
        package var count: Int
        /// Microseconds since the epoch: the beginnings of the first and of the last.
        package var start: Int
        package var last: Int

        /// "x14 in 60 s"
        package var words: String {
            let seconds = (max(last - start, 0) + 500_000) / 1_000_000
            return "x\(count) \(seconds == 0 ? "within a second" : "in \(seconds) s")"
        }
    }

    private struct Key: Hashable {
        var initiator: String
        var acceptor: String
        var code: FailureCode
        var stage: NodeFailure.Stage
    }

    /// A run is over when nothing came for so long, in microseconds.
    package static let pause = 60_000_000

    private var runs: [Key: Run] = [:]

    package init() {}

    /// - Returns: the run that the attempt is part of, with a count of 1 when it is to be reported; nil when it has
    ///   not failed.
    package mutating func add(_ attempt: ConnectionAttempt) -> Run? {
        guard case .failed(let failure) = attempt.result else { return nil }
        let key = Self.key(attempt, failure)
        let start = attempt.start
        guard var run = runs[key], start - run.last <= Self.pause else {
            let run = Run(first: attempt, count: 1, start: start, last: start)
            if runs.count >= AttemptLedger.attemptLimit { runs = [:] }
            runs[key] = run
            return run
        }
        run.count += 1
        run.last = max(run.last, start)
        runs[key] = run
        return run
    }

    /// The attempt, which was added, has not failed with `failure` after all.
    package mutating func remove(_ attempt: ConnectionAttempt, _ failure: NodeFailure) {
        let key = Self.key(attempt, failure)
        // The run that it was part of may be over, and another one begun.
        guard var run = runs[key], attempt.start >= run.start else { return }
        run.count -= 1
        runs[key] = run.count > 0 ? run : nil
    }

    /// Whether an attempt of the same pair has failed lately: it may be the same again. Neither end need have said its
    /// name yet.
    package func expects(_ attempt: ConnectionAttempt) -> Bool {
        let (initiator, acceptor) = (Self.initiator(attempt.initiator), Self.acceptor(attempt.acceptor))
        return runs.contains { key, run in
            attempt.start - run.last <= Self.pause
                && (key.acceptor == acceptor || Self.place(attempt.acceptor) == Self.place(run.first.acceptor))
                && (key.initiator == initiator || attempt.initiator.address?.host == run.first.initiator.address?.host)
        }
    }

    /// All attempts, each run as one, in the order of their beginnings.
    package static func folded(_ attempts: [ConnectionAttempt]) -> [(attempt: ConnectionAttempt, run: Run?)] {
        var fold = RepeatFold()
        var folded: [(attempt: ConnectionAttempt, run: Run?)] = []
        for attempt in attempts {
            guard let run = fold.add(attempt) else {
                folded.append((attempt, nil))
                continue
            }
            if let place = folded.firstIndex(where: { $0.run?.first.number == run.first.number }) {
                folded[place].run = run
            } else {
                folded.append((attempt, run))
            }
        }
        return folded
    }

    private static func key(_ attempt: ConnectionAttempt, _ failure: NodeFailure) -> Key {
        Key(
            initiator: initiator(attempt.initiator), acceptor: acceptor(attempt.acceptor), code: failure.code,
            stage: failure.stage)
    }

    /// The port of an initiator is another one each time.
    private static func initiator(_ party: Party) -> String { party.name ?? party.address?.host ?? "" }

    /// Several nodes of a host listen at a port each.
    private static func acceptor(_ party: Party) -> String { party.name ?? place(party) ?? "" }

    private static func place(_ party: Party) -> String? { party.address?.description }
}
