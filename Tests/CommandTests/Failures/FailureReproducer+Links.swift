import Diagnosis
import ErlangNode
import ErlcluTestSupport

extension FailureReproducer {
    /// Too slow, at each stage.
    static let timeouts: [FailureReproducer] = [
        FailureReproducer(.setupTimeout, "TLS") {
            let peer = try ScriptedPeer([.stall])
            return .ping(port: peer.port, tls: try .good(), peer, short)
        },
        FailureReproducer(.setupTimeout, "STATUS") {
            let node = try ErlangNodeFixture()
            // The kernel goes on to accept connections for it.
            node.suspend()
            return try .ping(node, short)
        },
        FailureReproducer(.setupTimeout, "STATUS over TLS") {
            let peer = try TLSPeer(certificate: CertificateAuthority.issue())
            var command = FailedCommand.ping(port: peer.port, tls: try .good(), peer, short)
            command.isOneAtATime = true
            return command
        },
        FailureReproducer(.setupTimeout, "CHALLENGE") { try scripted([AcceptorScript.named, .stall], short) },
        FailureReproducer(.setupTimeout, "ACK") {
            try scripted([AcceptorScript.named, AcceptorScript.challenge(), .stall], short)
        },
        FailureReproducer(.timeout) {
            try .to(SharedNodes.plain.get(), ["eval", "timer:sleep(infinity)", "--timeout", "4s"])
        },
    ]

    /// The link was up.
    static let links: [FailureReproducer] = [
        FailureReproducer(.closed, "node halts, TCP") { try halting(ErlangNodeFixture(), tls: nil) },
        FailureReproducer(.closed, "node halts, TLS") {
            try halting(ErlangNodeFixture(transport: .mutualTLS()), tls: .good())
        },
        FailureReproducer(.rpc) {
            let node = try ErlangNodeFixture()
            try node.evaluate("supervisor:terminate_child(kernel_sup, rex)")
            return try .to(node, ["status"])
        },
    ]

    private static let short = ["--timeout", "4s"]

    private static func halting(_ node: ErlangNodeFixture, tls: ToolTLS?) throws -> FailedCommand {
        var command = try FailedCommand.to(node, tls: tls, ["eval", "timer:sleep(infinity)"])
        command.meanwhile = {
            guard try eventually({ try node.evaluate("length(nodes(hidden))") == "2" }) else {
                throw FixtureFailure("the tools do not come")
            }
            try node.evaluate("spawn(fun() -> timer:sleep(200), halt() end)")
        }
        return command
    }
}
