import Diagnosis
import Testing

/// Where a way over SSH ended, by what the carrier saw.
struct SecureShellProgressTests {
    private func failure(_ code: FailureCode) -> NodeFailure {
        NodeFailure(code, stage: .tcp, node: "box", message: "m", remedy: "r")
    }

    @Test func theCarrierTells() {
        var progress = SecureShellProgress()
        #expect(progress.broken == nil && progress.reached == nil)
        progress.pass(.keyExchange)
        progress.pass(.banner)
        #expect(progress.reached == .keyExchange && progress.broken == nil)
        progress.end(with: failure(.setupTimeout))
        #expect(progress.broken == .hostKey)
        // Where a host on the way does not let us in, the daemon was not come to.
        var early = SecureShellProgress()
        early.end(with: failure(.sshAuthentication))
        #expect(early.broken == .tcp)
        // Beyond the last step there is none.
        progress.pass(.bridge)
        #expect(progress.broken == .bridge)
    }

    @Test func everyStepHasAStageOfItsOwn() {
        let stages = SecureShellProgress.Step.allCases.map { NodeFailure.Stage($0) }
        #expect(Set(stages).count == stages.count && stages == stages.sorted())
    }
}
