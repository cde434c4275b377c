import Testing

@testable import ErlcluCommands

@Suite struct CaptureProgressTests {
    @Test func tellsShareRateAndAttempts() {
        let progress = CaptureProgress(read: 1 << 30, size: 4 << 30, time: .seconds(4), attempts: 17)
        #expect(progress.words == "25 % of 4.0G, 256M a second, 17 attempts so far")
        let begun = CaptureProgress(read: 0, size: 0, time: .zero, attempts: 1)
        #expect(begun.words == "0 % of 0B, 0B a second, 1 attempt so far")
        // It has grown.
        let more = CaptureProgress(read: 300, size: 100, time: .seconds(1), attempts: 0)
        #expect(more.words == "100 % of 100B, 300B a second, 0 attempts so far")
    }
}
