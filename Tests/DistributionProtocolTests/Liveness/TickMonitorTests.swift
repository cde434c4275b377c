import DistributionProtocol
import Testing

@Suite struct TickMonitorTests {
    private static let second: UInt64 = 1_000_000_000
    private static let start: UInt64 = 1_000 * second

    private func seconds(_ count: Double) -> UInt64 { Self.start + UInt64(count * 1e9) }

    @Test func anIdleLinkIsTickedEveryQuarter() {
        var monitor = TickMonitor(ticktime: 8 * Self.second, now: Self.start)
        #expect(monitor.nextLook == seconds(2))
        #expect(monitor.look(now: seconds(1.9)) == .nothing)
        for turn in 1...20 {
            monitor.bytesRead(now: seconds(Double(turn) * 2 - 1))
            #expect(monitor.look(now: seconds(Double(turn) * 2)) == .sendTick)
        }
    }

    @Test func aBusyLinkIsNotTicked() {
        var monitor = TickMonitor(ticktime: 8 * Self.second, now: Self.start)
        monitor.bytesRead(now: seconds(1))
        monitor.bytesWritten(now: seconds(1))
        #expect(monitor.look(now: seconds(2)) == .nothing)
    }

    @Test func aSilentPeerIsTickedThoughWeWrite() {
        var monitor = TickMonitor(ticktime: 8 * Self.second, now: Self.start)
        monitor.bytesWritten(now: seconds(1))
        #expect(monitor.look(now: seconds(2)) == .sendTick)
    }

    @Test func aSilentPeerDiesBetweenOneAndOneAndAQuarterTicktimes() {
        for offset in [0.0, 0.1, 1.0, 1.9] {
            var monitor = TickMonitor(ticktime: 8 * Self.second, now: Self.start)
            if offset > 0 { monitor.bytesRead(now: seconds(offset)) }
            var died: UInt64?
            for turn in 1...6 where died == nil {
                if case .peerDead(let silent) = monitor.look(now: seconds(Double(turn) * 2)) {
                    died = silent
                }
            }
            let silence = Double(died ?? 0) / 1e9
            #expect((8.0...10.0).contains(silence), "silent for \(silence) s")
        }
    }

    @Test func oneByteKeepsThePeerAlive() {
        var monitor = TickMonitor(ticktime: 8 * Self.second, now: Self.start)
        for turn in 1...40 {
            if turn % 3 == 0 { monitor.bytesRead(now: seconds(Double(turn) * 2 - 0.1)) }
            let verdict = monitor.look(now: seconds(Double(turn) * 2))
            #expect(verdict == .sendTick)
        }
    }

    /// A process that was stopped for an hour has itself been deaf: one look, one step.
    @Test func missedLooksAreNotMadeUpFor() {
        var monitor = TickMonitor(now: Self.start)
        #expect(monitor.look(now: seconds(3600)) == .sendTick)
        #expect(monitor.look(now: seconds(3600)) == .nothing)
        #expect(monitor.nextLook == seconds(3615))
    }

    @Test func whatArrivesIsAnsweredWhenWeWereSilent() {
        var monitor = TickMonitor(now: Self.start)
        let first = monitor.received(now: seconds(0.25))
        let second = monitor.received(now: seconds(0.26))
        let third = monitor.received(now: seconds(0.5))
        #expect(first)
        #expect(!second)
        #expect(third)
    }

    @Test func twoMonitorsThatAnswerEachOtherDoNotSpin() {
        var (left, right) = (TickMonitor(now: Self.start), TickMonitor(now: Self.start))
        var (sent, now) = (1, Self.start)
        var flying = true
        // A millisecond each way for ten seconds.
        for turn in 0..<10_000 {
            now += 1_000_000
            guard flying else { break }
            flying = turn % 2 == 0 ? right.received(now: now) : left.received(now: now)
            sent += flying ? 1 : 0
        }
        #expect(sent < 60)
    }

    @Test func intensityIsBroughtIntoItsRange() {
        #expect(TickMonitor(ticktime: 4000, intensity: 0, now: 0).nextLook == 1000)
        #expect(TickMonitor(ticktime: 4000, intensity: 100_000, now: 0).nextLook == 4)
        #expect(TickMonitor(ticktime: 0, now: 0).nextLook == 1)
    }
}
