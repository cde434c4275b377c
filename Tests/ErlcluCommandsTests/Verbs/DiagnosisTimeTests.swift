import ByteTransport
import ReleaseFiles
import Testing

@testable import ErlcluCommands

/// The time of a diagnosis: only who types a short one gets it.
@Suite struct DiagnosisTimeTests {
    private let trial = CommandTrial()
    private var context: Sourced<Int> { Sourced(5_000, .context("prod", file: "f", line: 3)) }

    /// Seconds; the clock of a trial stands at 0.
    private func seconds(_ words: String...) -> UInt64? {
        _ = trial.run(words: words)
        return (trial.targets.opened.last?.deadline?.nanoseconds).map { $0 / 1_000_000_000 }
    }

    @Test func whatAContextSaysDoesNotShortenIt() {
        trial.targets.timeoutMilliseconds = context
        #expect(seconds("doctor") == 20)
        #expect(seconds("doctor", "b@here", "--from", "a@here") == 20)
        #expect(seconds("doctor", "--all") == 20)
        #expect(seconds("ping") == 5)
    }

    @Test func norDoesAVariable() {
        trial.environment["ERLCLU_TIMEOUT"] = "5s"
        #expect(seconds("doctor") == 20)
        #expect(seconds("ping") == 5)
    }

    @Test func itMayBeLonger() {
        trial.targets.timeoutMilliseconds = Sourced(60_000, context.origin)
        #expect(seconds("doctor") == 60)
    }

    @Test func whatIsTypedCounts() {
        trial.targets.timeoutMilliseconds = context
        #expect(seconds("doctor", "-t", "2s") == 2)
        #expect(seconds("doctor", "-t", "infinity") == nil)
    }

    /// Each of several has all of it.
    @Test func noNodeIsCutShort() {
        trial.targets.timeoutMilliseconds = context
        _ = trial.run("doctor", "-n", "a@here", "-n", "b@here", "-n", "c@here")
        let times = trial.targets.opened.compactMap { ($0.deadline?.nanoseconds).map { $0 / 1_000_000_000 } }
        #expect(times == [20, 20, 20])
    }
}
