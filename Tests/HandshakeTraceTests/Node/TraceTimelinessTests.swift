import HandshakeTrace
import Testing

@Suite struct TraceTimelinessTests {
    private static let second = 1_000_000
    /// Their clock is an hour ahead of ours.
    private static let ahead = 3_600 * second

    private func stamp(_ seconds: Double) -> Int { Self.ahead + Int(seconds * Double(Self.second)) }
    private func own(_ seconds: Double) -> Int { Int(seconds * Double(Self.second)) }

    @Test func saysALagOnceAndWhenItHasDoubled() {
        var trace = TraceTimeliness(at: 0)
        func hear(_ happened: Double, at now: Double, isLast: Bool = false) -> [TraceTimeliness.Remark] {
            trace.heard(stamp(happened), isLast: isLast, at: own(now))
        }
        #expect(hear(1, at: 1.01, isLast: true) == [])
        #expect(hear(1.1, at: 2, isLast: false) == [])
        #expect(hear(1.2, at: 2.5) == [.behind(own(1.29))])
        #expect(hear(1.3, at: 3.5) == [])
        #expect(hear(1.4, at: 4.5) == [.behind(own(3.09))])
        // An event in time may have overtaken others; a sign of life has not.
        #expect(hear(5, at: 5.1) == [])
        #expect(hear(5.1, at: 5.9, isLast: true) == [])
        #expect(hear(6, at: 6.1, isLast: true) == [.inTime])
        #expect(hear(6.1, at: 8) == [.behind(own(1.89))])
    }

    @Test func aClockThatIsSetIsBelievedAfterAWhile() {
        var trace = TraceTimeliness(at: 0)
        _ = trace.heard(stamp(0), isLast: true, at: 0)
        // Back by a minute.
        #expect(trace.heard(stamp(-59), isLast: true, at: own(1)) == [.behind(own(60))])
        for time in 2..<400 { _ = trace.heard(stamp(Double(time - 60)), isLast: true, at: own(Double(time))) }
        #expect(trace.heard(stamp(341.8), isLast: true, at: own(402)) == [])
        #expect(trace.heard(stamp(341), isLast: false, at: own(402.5)) == [.behind(own(1.5))])
    }

    @Test func saysSilenceAndItsEnd() {
        var trace = TraceTimeliness(at: 0)
        #expect(trace.passed(at: own(4.9)) == nil)
        #expect(trace.passed(at: own(5.1)) == .silent(own(5.1)))
        #expect(trace.passed(at: own(9)) == nil)
        #expect(trace.heard(nil, isLast: false, at: own(63)) == [.heardAgain(own(63))])
        #expect(trace.passed(at: own(66)) == nil)
        // Who stood still itself has nobody to blame.
        trace.excuse(at: own(100))
        #expect(trace.passed(at: own(104)) == nil)
        #expect(trace.passed(at: own(106)) == .silent(own(6)))
    }
}
