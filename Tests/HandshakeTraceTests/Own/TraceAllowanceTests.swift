import HandshakeTrace
import Testing

/// What one who traces an erlclud may be sent, and what is counted instead.
@Suite struct TraceAllowanceTests {
    private static let full = TraceAllowance.untakenLimit + 1

    @Test func aSecondHasItsRate() {
        var allowance = TraceAllowance(events: 1_000, rate: 3)
        let taken = (0..<5).map { _ in allowance.takesEvent(pending: 0) }
        #expect(taken == [true, true, true, false, false])
        let beats = (0..<3).map { _ in allowance.beat() }
        #expect(beats == [false, false, false])
        let isTaken = allowance.takesEvent(pending: 0)
        #expect(!isTaken)
        let isOver = allowance.beat()
        let counts = [allowance.takeDropped(pending: 0), allowance.takeDropped(pending: 0)]
        #expect(isOver && counts == [3, nil], "it is said once")
        let isTakenAgain = allowance.takesEvent(pending: 0)
        #expect(isTakenAgain)
    }

    @Test func whatIsNotTakenIsDroppedAndCounted() {
        var allowance = TraceAllowance(events: 1_000, rate: 100)
        let taken = [
            allowance.takesEvent(pending: TraceAllowance.untakenLimit), allowance.takesEvent(pending: Self.full),
            allowance.takes(pending: Self.full), allowance.takes(pending: 0),
        ]
        #expect(taken == [true, false, false, true])
        let counts = [allowance.takeDropped(pending: Self.full), allowance.takeDropped(pending: 0)]
        #expect(counts == [nil, 2], "nor is the count sent to one that takes nothing")
    }

    /// Those that were lost count as well, or one that takes nothing would never come to its end.
    @Test func itIsUsedUp() {
        var allowance = TraceAllowance(events: 2, rate: 100)
        _ = allowance.takesEvent(pending: 0)
        _ = allowance.takes(pending: 0)
        #expect(!allowance.isUsedUp)
        _ = allowance.takesEvent(pending: Self.full)
        #expect(allowance.isUsedUp)
        #expect(TraceAllowance(events: 0, rate: 1).isUsedUp)
    }
}
