package import Diagnosis

/// Hands the facts of an attempt that was watched to the rules.
package enum AttemptExplanation {
    /// - Parameter history: what was seen of nodes before.
    /// - Returns: nil while nothing says that it failed.
    package static func failure(of attempt: ConnectionAttempt, after history: PeerHistory) -> NodeFailure? {
        // Our own attempts have been explained where they failed.
        for event in attempt.events.reversed() {
            if case .ended(.failed(let failure)) = event.what { return failure }
        }
        return facts(of: attempt, after: history).failure
    }

    /// What the events of an attempt come to, before the rules.
    package static func facts(of attempt: ConnectionAttempt, after history: PeerHistory) -> AttemptFacts {
        var facts = AttemptFacts(
            initiator: attempt.initiator, acceptor: attempt.acceptor, now: attempt.end / 1_000_000,
            events: attempt.events)
        facts.spokeTLSBefore = history.spokeTLS(
            initiator: attempt.initiator, acceptor: attempt.acceptor, isSecure: facts.secureSides.contains(.initiator))
        return facts
    }
}
