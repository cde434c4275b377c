import DistributionProtocol
import Testing

@Suite struct RedialPauseTests {
    @Test func itIsDoubledUntilALinkHasLasted() {
        var pause = RedialPause()
        let seconds = (0..<8).map { _ in pause.next() / .seconds(1) }
        #expect(seconds == [0.5, 1, 2, 4, 8, 16, 30, 30])
        pause.linkEnded(after: .seconds(29))
        #expect(pause.next() == .seconds(30), "a peer that takes us in and crashes is dialled no faster")
        pause.linkEnded(after: .seconds(30))
        #expect(pause.next() == .milliseconds(500))
        pause.linkEnded(after: .seconds(1))
        #expect(pause.next() == .seconds(1))
    }
}
