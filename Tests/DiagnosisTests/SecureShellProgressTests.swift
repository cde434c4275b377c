import Diagnosis
import Testing

/// Where a way over SSH ended, by what the carrier saw and by its failure.
struct SecureShellProgressTests {
    private func failure(_ code: FailureCode) -> NodeFailure {
        NodeFailure(code, stage: .tcp, node: "box", message: "m", remedy: "r")
    }

    @Test(
        arguments: [
            (.dns, .tcp), (.tcpRefused, .tcp), (.tcpTimeout, .tcp), (.sshHostKey, .hostKey),
            (.sshAuthentication, .authentication), (.sshDisabled, .exec), (.name, .bridge),
        ] as [(FailureCode, SecureShellProgress.Step)])
    func theFailureTells(code: FailureCode, step: SecureShellProgress.Step) {
        var progress = SecureShellProgress()
        progress.end(with: failure(code))
        #expect(progress.broken == step)
    }

    @Test func theCarrierTells() {
        var progress = SecureShellProgress()
        #expect(progress.broken == nil && progress.reached == nil)
        progress.pass(.keyExchange)
        progress.pass(.banner)
        #expect(progress.reached == .keyExchange && progress.broken == nil)
        progress.end(with: failure(.setupTimeout))
        #expect(progress.broken == .hostKey)
        // Of one that says nothing it is not known.
        var silent = SecureShellProgress()
        silent.end(with: failure(.setupTimeout))
        #expect(silent.broken == .tcp)
        // Beyond the last step there is none.
        progress.pass(.bridge)
        #expect(progress.broken == .bridge)
    }
}
