import Diagnosis
import DistributionProtocol
import ErlangNode
import HandshakeTrace
import Testing

/// What is reported of attempts, when, and what they are counted as.
struct AttemptTrackerTests {
    private static func explain(_ attempt: ConnectionAttempt, _ history: PeerHistory) -> NodeFailure? {
        attempt.events.contains { if case .ended = $0.what { true } else { false } } ? SampleEvents.failure : nil
    }

    private static func tracker(_ filter: AttemptFilter = AttemptFilter(), wantsEvents: Bool = true) -> AttemptTracker {
        AttemptTracker(filter: filter, wantsEvents: wantsEvents, explain: explain)
    }

    /// The reports since the last time, in short.
    private static func reports(_ tracker: inout AttemptTracker) -> [String] {
        tracker.takeReports().map { report in
            switch report {
            case .event(_, let attempt): "event of \(attempt?.number ?? 0)"
            case .joined(let number, let attempt): "\(number) is \(attempt.number)"
            case .ended(let attempt, let failure, _): "\(attempt.number) \(failure?.code.rawValue ?? "ended")"
            case .repeated(let attempt, _, let run): "\(attempt.number) again, x\(run.count)"
            }
        }
    }

    @Test func anEndIsReportedWhenItHasSettled() {
        var tracker = Self.tracker()
        tracker.add(SampleEvents.event(.started(.distribution), at: 10), at: 10)
        tracker.add(SampleEvents.event(.ended(.wrongCookie), at: 20), at: 20)
        #expect(Self.reports(&tracker) == ["event of 1", "event of 1"])
        tracker.settle(at: 19 + AttemptTracker.settlingTime)
        #expect(Self.reports(&tracker).isEmpty)
        tracker.settle(at: 20 + AttemptTracker.settlingTime)
        #expect(Self.reports(&tracker) == ["1 E-COOKIE"])
        tracker.finish()
        #expect(Self.reports(&tracker).isEmpty)
        #expect(tracker.tally.words == "1 attempt: 0 connected, 1 failed (E-COOKIE 1)")
    }

    /// From where somebody has come may not be known any more when it is asked for: the first events wait until it is
    /// known who it is.
    @Test func theBeginningWaitsUntilItIsKnownWhoComes() {
        var tracker = Self.tracker()
        func add(_ what: EventKind, _ initiator: Party, at time: Int) {
            tracker.add(
                SampleEvents.event(what, at: time, from: .node("b@h"), 9, side: .acceptor, initiator: initiator),
                at: time)
        }
        add(.started(.distribution), Party(), at: 10)
        add(.connected, Party(), at: 11)
        #expect(Self.reports(&tracker).isEmpty)
        add(.handshake(HandshakeDetail(.name, name: "h")), Party(host: "h"), at: 12)
        let initiators = tracker.takeReports().compactMap { report in
            if case .event(let event, _) = report { event.initiator.description } else { nil }
        }
        #expect(initiators == Array(repeating: "dynamic name at h", count: 3))
        // One that never says is reported with its end.
        add(.note("x"), Party(host: "h"), at: 13)
        tracker.add(SampleEvents.event(.connected, at: 20, 10, side: .acceptor, initiator: Party()), at: 20)
        #expect(Self.reports(&tracker) == ["event of 1"])
        tracker.add(SampleEvents.event(.ended(.wrongCookie), at: 21, 10, side: .acceptor, initiator: Party()), at: 21)
        #expect(Self.reports(&tracker) == ["event of 2", "event of 2"])
    }

    @Test func whatFailsAgainIsReportedWithoutItsEvents() {
        var tracker = Self.tracker()
        for connection in 1...3 {
            let time = connection * 1_000_000
            tracker.add(SampleEvents.event(.started(.distribution), at: time, connection), at: time)
            tracker.add(SampleEvents.event(.ended(.wrongCookie), at: time + 1, connection), at: time + 1)
            tracker.settle(at: time + 500_000)
        }
        #expect(
            Self.reports(&tracker) == ["event of 1", "event of 1", "1 E-COOKIE", "2 again, x2", "3 again, x3"])
    }

    @Test func bothEndsAreOneAttemptAndCountedOnce() {
        var tracker = Self.tracker()
        tracker.add(SampleEvents.event(.started(.distribution), at: 10), at: 10)
        let unknown = Party(address: Endpoint(host: "10.0.0.1", port: 4000))
        tracker.add(
            SampleEvents.event(.connected, at: 20, from: .node("b@h"), 9, side: .acceptor, initiator: unknown), at: 20)
        tracker.add(SampleEvents.event(.up, at: 30, from: .node("b@h"), 9, side: .acceptor), at: 30)
        #expect(Self.reports(&tracker) == ["event of 1", "event of 2", "2 is 1", "event of 1"])
        #expect(tracker.attempt(of: ConnectionAttempt.Source(.node("b@h"), 9))?.attempt.number == 1)
        tracker.finish()
        #expect(Self.reports(&tracker) == ["1 ended"])
        #expect(tracker.tally.words == "1 attempt: 1 connected, 0 failed")
    }

    @Test func ofAFilterOnlyWhatFits() {
        var tracker = Self.tracker(AttemptFilter(failuresOnly: true, peer: NameGlob("b@*")))
        let other = Party(name: "c@h")
        for (connection, acceptor) in [(1, Party(name: "b@h")), (2, other)] {
            tracker.add(SampleEvents.event(.connected, connection, acceptor: acceptor), at: 0)
            tracker.add(SampleEvents.event(.ended(.wrongCookie), connection, acceptor: acceptor), at: 0)
        }
        tracker.add(SampleEvents.event(.up, 3), at: 0)
        tracker.finish()
        #expect(Self.reports(&tracker) == ["event of 1", "event of 1", "1 E-COOKIE"])
        #expect(tracker.tally.words == "2 attempts: 1 connected, 1 failed (E-COOKIE 1)")
    }

    @Test func withoutEventsOnlyEnds() {
        var tracker = Self.tracker(wantsEvents: false)
        tracker.add(SampleEvents.event(.started(.distribution)), at: 0)
        tracker.add(SampleEvents.event(.up), at: 0)
        tracker.add(SampleEvents.event(.started(.distribution), 2), at: 0)
        tracker.finish()
        #expect(Self.reports(&tracker) == ["1 ended", "2 ended"])
        #expect(tracker.tally.words == "2 attempts: 1 connected, 0 failed, 1 without an end")
    }
}
