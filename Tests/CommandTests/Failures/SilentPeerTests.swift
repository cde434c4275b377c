import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm
import ErlcluCommands
import ErlcluTestSupport
import Testing

/// E-TICK with a short net_ticktime, which the tool itself has no option for.
@Suite(.waiting) struct SilentPeerTests {
    @Test func noticesANodeThatStopped() throws {
        let node = try ErlangNodeFixture()
        var target = PeerSettings(
            name: try NodeName(node.name), portLookup: .known(node.port), cookie: Secret(node.cookie))
        target.tickTime = .seconds(1)
        let loop = EventLoop()
        var loss: NodeFailure?
        var connection: NodeConnection?
        NodeConnector(target: target, on: loop).start { result in
            switch result {
            case .connected(let link):
                connection = link
                link.observeLoss { loss = $0 }
                node.suspend()
            case .failed(let failure): loss = failure
            }
        }
        #expect(loop.run(until: .now + .seconds(Deadline.patience)) { loss != nil })
        #expect(connection?.isUp == false)
        let failure = try #require(loss)
        #expect(failure.code == .tick)
        expectSnapshot(
            "\(failure.code.rawValue) at \(failure.stage.rawValue): \(failure.message)\n  remedy: "
                + "\(failure.remedy.text)\n",
            named: "E-TICK.txt", scrubbing: [.text(node.name, as: "app@127.0.0.1")])
    }

    /// What E-NOT-ALLOWED tells its reader to do.
    @Test func isLetInAsTheRemedySays() throws {
        let node = try ErlangNodeFixture()
        try node.evaluate("net_kernel:allow(['friend@127.0.0.1'])")
        try node.evaluate("net_kernel:allow([erlclu])")
        let result = try CommandResult.of(
            BuiltProduct.tool, ["ping", "-n", node.name, "--cookie-file", node.cookieFile()],
            environment: node.environment.mapValues { $0 })
        #expect(result.standardOutput == "pong\n", "\(result.standardError)")
    }
}
