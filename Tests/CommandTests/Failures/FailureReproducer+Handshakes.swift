import Diagnosis
import ErlangNode
import ErlcluTestSupport

extension FailureReproducer {
    /// The stream is there, and the two do not come together.
    static let handshakes: [FailureReproducer] = [
        FailureReproducer(.name) { try .ping(SharedNodes.plain.get(), name: "shop@127.0.0.1") },
        FailureReproducer(.name, "TLS") { try .ping(SharedNodes.secure.get(), name: "shop@127.0.0.1", tls: .good()) },
        FailureReproducer(.nameType) {
            let node = try ErlangNodeFixture(nameType: .short())
            return try .ping(node, name: "\(node.name.prefix { $0 != "@" })@127.0.0.1")
        },
        FailureReproducer(.notAllowed, "TCP") {
            let node = try ErlangNodeFixture()
            try node.evaluate("net_kernel:allow(['friend@127.0.0.1'])")
            return try .ping(node)
        },
        FailureReproducer(.notAllowed, "TLS") {
            let node = try ErlangNodeFixture(transport: .mutualTLS())
            try node.evaluate("net_kernel:allow(['friend@127.0.0.1'])")
            return try .ping(node, tls: .good())
        },
        // We ask for a dynamic name, so that no node can hold a link to it, or see two attempts meet: these two
        // statuses come from no release of OTP.
        FailureReproducer(.alive) { try scripted([AcceptorScript.status("alive")]) },
        FailureReproducer(.nok) { try scripted([AcceptorScript.status("nok")]) },
        // Releases before OTP 23 are not to be had.
        FailureReproducer(.flags, "OTP 22") {
            try scripted([AcceptorScript.named, AcceptorScript.oldChallenge(flags: 0x00df_7fbd)])
        },
        FailureReproducer(.flags, "one missing") {
            // MANDATORY_25_DIGEST would stand for it.
            let withoutBigCreation = AcceptorScript.flags25 & ~0x404_0000
            return try scripted([AcceptorScript.named, AcceptorScript.challenge(flags: withoutBigCreation)])
        },
        FailureReproducer(.cookie, "refused") {
            try .ping(SharedNodes.plain.get()).withCookie("another_cookie")
        },
        FailureReproducer(.cookie, "refused, TLS") {
            try .ping(SharedNodes.secure.get(), tls: .good()).withCookie("another_cookie")
        },
        // A node with another cookie closes before it would answer ours.
        FailureReproducer(.cookie, "wrong answer") {
            try scripted([
                AcceptorScript.named, AcceptorScript.challenge(),
                .receive(AcceptorScript.nameBytes + AcceptorScript.replyBytes),
                AcceptorScript.acknowledgement(digest: Array(repeating: 7, count: 16)),
            ])
        },
        FailureReproducer(.protocolViolation, "garbage") { try scripted([.garbage(64)]) },
        FailureReproducer(.protocolViolation, "another service") {
            try scripted([.send(Array("SSH-2.0-OpenSSH_9.2p1\r\n".utf8))])
        },
        FailureReproducer(.protocolViolation, "an unknown status") { try scripted([AcceptorScript.status("perhaps")]) },
        FailureReproducer(.closed, "after the status") { try scripted([AcceptorScript.named]) },
    ]

    /// A peer that hears our name and then says this.
    static func scripted(_ steps: [ScriptedPeer.Step], _ further: [String] = []) throws -> FailedCommand {
        let peer = try ScriptedPeer([.receive(AcceptorScript.nameBytes)] + steps)
        return .ping(port: peer.port, peer, further)
    }
}
