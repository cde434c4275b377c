import ByteTransport
import Diagnosis
import Testing

@testable import ErlangNode

/// What is said when a node is not reached through its SSH daemon.
struct SSHPlaceTests {
    private let place = SSHPlace(
        name: "ops@box:10022", endpoint: Endpoint(host: "box", port: 10022), node: "a@b", expected: .anyName)

    /// The jump host lets us in, and nobody says that exec is switched off.
    @Test func aJumpHostThatRefusesToConnectIsNamed() {
        let refused = StreamClosure.secureShell(.forwardRefused(to: "box:10022", words: "Connection refused"))
        let failure = place.unconnected(.jump("bastion", refused))
        #expect(failure.code == .tunnel && failure.stage == .tcp)
        #expect(failure.message == "bastion cannot connect to box:10022: Connection refused")
        #expect(place.unconnected(.jump("inner", .jump("bastion", refused))).message == failure.message)
        let silent = StreamClosure.secureShell(.forwardRefused(to: "box:10022", words: ""))
        #expect(place.unconnected(.jump("bastion", silent)).message == "bastion cannot connect to box:10022")
    }

    @Test func aDaemonThatRefusesTheCommandHasItSwitchedOff() {
        #expect(place.unconnected(.secureShell(.commandRefused(words: "no"))).code == .sshDisabled)
    }

    /// What it ended in is where it is told to have ended.
    @Test(
        arguments: [
            (.ended(.greeting, words: ""), .sshBanner), (.broken(.keyExchange, words: ""), .sshKeyExchange),
            (.ended(.authentication, words: ""), .sshAuthentication),
            (.denied(SecureShellFailure.Denial(user: "u")), .sshAuthentication),
            (.commandRefused(words: ""), .sshExec), (.exited(status: 255, words: "Prohibited."), .sshExec),
            (.exited(status: 1, words: "no"), .sshExec),
        ] as [(SecureShellFailure, NodeFailure.Stage)])
    func eachEndHasItsStage(_ failure: SecureShellFailure, stage: NodeFailure.Stage) {
        #expect(place.unconnected(.secureShell(failure)).stage == stage)
        // Of a host on the way it is the same, under that host's name.
        let jump = place.unconnected(.jump("bastion", .secureShell(failure)))
        #expect(jump.stage == stage && jump.message.contains("bastion"))
    }

    @Test func silenceIsOfTheStepThatDidNotCome() {
        for step in SecureShellProgress.Step.allCases {
            let failure = place.late(after: .seconds(5), in: step)
            #expect(failure.code == .setupTimeout && failure.stage == NodeFailure.Stage(step))
            let remedy = failure.remedy.text(\.plainWords)
            #expect(!remedy.contains("ssh -v") && remedy.contains("steps"))
        }
        #expect(place.unconnected(.reset, in: .hostKey).stage == .sshHostKey)
    }
}
