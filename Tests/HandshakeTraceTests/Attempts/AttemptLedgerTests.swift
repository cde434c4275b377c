import Diagnosis
import DistributionProtocol
import ErlangNode
import HandshakeTrace
import Testing

struct AttemptLedgerTests {
    private static func explain(_ attempt: ConnectionAttempt, _ history: PeerHistory) -> NodeFailure? {
        let isOver = attempt.events.contains { if case .ended = $0.what { true } else { false } }
        guard isOver else { return nil }
        var failure = SampleEvents.failure
        failure.message = "\(attempt.sources.count) ends"
        return failure
    }

    @Test
    func eventsOfOneConnectionAreOneAttempt() {
        var ledger = AttemptLedger(explain: Self.explain)
        #expect(ledger.add(SampleEvents.event(.note("x"), nil)) == nil)
        #expect(ledger.add(SampleEvents.event(.started(.distribution), acceptor: Party())) == 1)
        #expect(ledger.attempt(1)?.result == .pending)
        #expect(ledger.attempt(1)?.acceptor.name == nil)
        #expect(ledger.add(SampleEvents.event(.started(.distribution), 2)) == 2)
        #expect(ledger.add(SampleEvents.event(.up, at: 5)) == 1)
        #expect(ledger.attempt(1)?.result == .up)
        #expect(ledger.attempt(1)?.acceptor.name == "b@h")
        ledger.add(SampleEvents.event(.down(reason: "connection_closed")))
        #expect(ledger.attempt(1)?.result == .down(reason: "connection_closed"))
        #expect(ledger.attempts.map(\.number) == [1, 2])
    }

    @Test
    func endsOfOneConnectionAreJoinedByName() {
        var ledger = AttemptLedger(explain: Self.explain)
        ledger.add(SampleEvents.event(.started(.distribution), at: 10))
        // The acceptor learns who it is only from the name message.
        let unknown = Party(address: Endpoint(host: "10.0.0.1", port: 4000))
        ledger.add(
            SampleEvents.event(
                .connected, at: 1_000_000, from: .node("b@h"), 9, side: .acceptor, initiator: unknown))
        #expect(ledger.attempts.count == 2)
        ledger.add(SampleEvents.event(.up, at: 1_000_010, from: .node("b@h"), 9, side: .acceptor))
        #expect(ledger.attempts.count == 1)
        #expect(ledger.attempts.first?.initiator == Party(name: "a@h", address: unknown.address))
        #expect(ledger.attempts.first?.result == .up)
        #expect(ledger.add(SampleEvents.event(.ended(.wrongCookie), at: 20)) == 1)
        #expect(ledger.attempts.first?.story.map(\.time) == [10, 20, 1_000_000, 1_000_010])
        guard case .failed(let failure)? = ledger.attempts.first?.result else {
            Issue.record("the attempt has not failed")
            return
        }
        #expect(failure.message == "2 ends")
    }

    @Test
    func endsAreJoinedByAddressBeforeAnyNameIsKnown() {
        var ledger = AttemptLedger()
        let address = Endpoint(host: "10.0.0.1", port: 4000)
        ledger.add(SampleEvents.event(.connected, initiator: Party(name: "a@h", address: address)))
        ledger.add(
            SampleEvents.event(
                .connected, from: .node("b@h"), 2, side: .acceptor, initiator: Party(address: address),
                acceptor: Party(name: "b@h")))
        #expect(ledger.attempts.count == 1)
        #expect(ledger.attempts.first?.sources.count == 2)
    }

    /// Four ends of two tries in a row, whose lines come late: each is joined with the one of its own time.
    @Test
    func endsOfTriesInARowAreJoinedByTime() {
        var ledger = AttemptLedger(explain: Self.explain)
        for (connection, time) in [(1, 0), (2, 2_000_000)] {
            ledger.add(SampleEvents.event(.connected, at: time, connection))
        }
        for (connection, time) in [(1, 10_000), (2, 2_010_000)] {
            ledger.add(SampleEvents.event(.connected, at: time, from: .node("b@h"), connection, side: .acceptor))
        }
        #expect(ledger.attempts.map { $0.sources.map(\.connection) } == [[1, 1], [2, 2]])
    }

    @Test
    func whoDialledAWrongNameIsJoinedByTheRightOne() {
        var ledger = AttemptLedger(explain: Self.explain)
        let wrong = Party(name: "b@other", address: Endpoint(host: "10.0.0.2", port: 5000))
        ledger.add(SampleEvents.event(.connected, acceptor: wrong))
        ledger.add(
            SampleEvents.event(.ended(.closed(by: .initiator)), at: 20, from: .node("b@h"), 7, side: .acceptor))
        #expect(ledger.attempts.count == 2)
        ledger.add(
            SampleEvents.event(.ended(.nameMismatch(dialled: "b@other", actual: "b@h")), at: 10, acceptor: wrong))
        #expect(ledger.attempts.map(\.sources.count) == [2])
    }

    /// Two dial one node at once: before a name is said on the acceptor, neither is taken for the other.
    @Test
    func twoDiallersAreToldApartByTheirNames() {
        var ledger = AttemptLedger(explain: Self.explain)
        func came(_ connection: Int, _ name: String?, _ what: EventKind) -> TraceEvent {
            SampleEvents.event(
                what, at: 20, from: .node("b@h"), connection, side: .acceptor, initiator: Party(name: name),
                acceptor: Party(name: "b@h"))
        }
        ledger.add(SampleEvents.event(.connected, at: 10))
        ledger.add(came(8, nil, .connected))
        ledger.add(came(8, "c@h", .up))
        ledger.add(SampleEvents.event(.connected, at: 11, from: .node("c@h"), 1, initiator: Party(name: "c@h")))
        ledger.add(came(9, nil, .connected))
        ledger.add(came(9, "a@h", .ended(.wrongCookie)))
        #expect(ledger.attempts.map { $0.sources.map(\.connection).sorted() } == [[1, 9], [1, 8]])
    }

    /// Its own address was not had in time at one end, and its name at neither.
    @Test
    func aStrangerIsJoinedWhenBothEndsAreOver() {
        let stranger = Party(address: Endpoint(host: "10.0.0.1", port: 4000))
        func came(_ connection: Int, _ what: EventKind) -> TraceEvent {
            SampleEvents.event(
                what, at: 20, from: .node("b@h"), connection, side: .acceptor, initiator: stranger,
                acceptor: Party(name: "b@h"))
        }
        var ledger = AttemptLedger(explain: Self.explain)
        ledger.add(SampleEvents.event(.connected, at: 10))
        ledger.add(came(7, .connected))
        ledger.add(came(7, .ended(.notDistribution([22, 3]))))
        #expect(ledger.attempts.count == 2)
        ledger.add(SampleEvents.event(.ended(.closed(by: .acceptor)), at: 30))
        #expect(ledger.attempts.map(\.sources.count) == [2])
        // Who was given a challenge had said its name.
        ledger = AttemptLedger(explain: Self.explain)
        ledger.add(
            SampleEvents.event(.handshake(HandshakeDetail(.challenge)), at: 10, stage: .challenge, sender: .acceptor))
        ledger.add(SampleEvents.event(.ended(.wrongCookie), at: 15))
        ledger.add(came(7, .ended(.notDistribution([22, 3]))))
        #expect(ledger.attempts.count == 2)
        // Of two it is neither.
        ledger = AttemptLedger(explain: Self.explain)
        for connection in [7, 8] { ledger.add(came(connection, .ended(.notDistribution([22, 3])))) }
        ledger.add(SampleEvents.event(.ended(.closed(by: .acceptor)), at: 30))
        #expect(ledger.attempts.count == 3)
    }

    @Test
    func otherConnectionsStayApart() {
        var ledger = AttemptLedger()
        ledger.add(SampleEvents.event(.connected))
        // The same end, another pair, the other direction, too long ago, from between.
        ledger.add(SampleEvents.event(.connected, from: .node("c@h"), 2))
        ledger.add(
            SampleEvents.event(.connected, from: .node("c@h"), 3, side: .acceptor, acceptor: Party(name: "c@h")))
        ledger.add(
            SampleEvents.event(
                .connected, from: .node("b@h"), 4, side: .acceptor, initiator: Party(name: "b@h"),
                acceptor: Party(name: "a@h")))
        ledger.add(SampleEvents.event(.connected, at: 6_000_000, from: .node("b@h"), 5, side: .acceptor))
        ledger.add(SampleEvents.event(.connected, from: .capture, 6, side: nil))
        #expect(ledger.attempts.map(\.number) == [1, 2, 3, 4, 5, 6])
    }

    @Test
    func endlessPeersFillNoMemory() {
        var ledger = AttemptLedger(explain: Self.explain)
        for connection in 0..<AttemptLedger.attemptLimit + 5 {
            ledger.add(SampleEvents.event(.connected, connection))
        }
        #expect(ledger.attempts.count == AttemptLedger.attemptLimit + 5 - ledger.forgotten)
        #expect(ledger.forgotten == AttemptLedger.attemptLimit / 8)
        let last = AttemptLedger.attemptLimit + 4
        for _ in 0..<AttemptLedger.eventLimit * 2 { ledger.add(SampleEvents.event(.note("x"), last)) }
        #expect(ledger.attempt(last + 1)?.events.count == AttemptLedger.eventLimit)
        // One that was forgotten begins anew.
        #expect(ledger.add(SampleEvents.event(.up, 0)) == last + 2)
    }

    @Test
    func whatIsOverGoesFirst() {
        var ledger = AttemptLedger()
        for connection in 0..<AttemptLedger.attemptLimit { ledger.add(SampleEvents.event(.connected, connection)) }
        ledger.add(SampleEvents.event(.up, 9_000))
        ledger.add(SampleEvents.event(.connected, AttemptLedger.attemptLimit))
        #expect(ledger.attempt(9_001) == nil)
        #expect(ledger.attempt(AttemptLedger.attemptLimit / 8) != nil)
        #expect(ledger.attempt(1) == nil)
    }
}
