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
}
