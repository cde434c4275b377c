import ErlcluTestSupport
import Testing

/// On Swift's own pool they would hold up everything else.
@Suite(.waiting) struct WaitingTestsTests {
    @Test func runsOnAThreadOfItsOwn() { #expect(WaitingTests.isOnOneOfTheirThreads) }

    @Test(arguments: 0..<2) func soDoesEachCase(_ number: Int) { #expect(WaitingTests.isOnOneOfTheirThreads) }

    @Test func soDoesWhatFollowsAnAwait() async {
        await Task.yield()
        #expect(WaitingTests.isOnOneOfTheirThreads)
    }
}
