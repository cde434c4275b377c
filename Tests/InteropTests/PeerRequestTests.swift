import ByteTransport
import DistributionProtocol
import ErlangNode
import ErlcluTestSupport
import Testing

/// What the node asks of us is refused; it never waits for us.
@Suite(.waiting) struct PeerRequestTests {
    @Test(arguments: OTPRelease.available)
    func requestsGetAnErrorAndNoHang(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let link = NodeLink(node: node)
        let connection = try link.connection()
        let us = connection.ownName.name
        for (request, answer) in [
            ("catch erpc:call('\(us)', erlang, node, [])", "{'EXIT'"),
            ("rpc:call('\(us)', erlang, node, [])", "{badrpc,"),
            ("catch gen_server:call({some_server, '\(us)'}, hello)", "{'EXIT'"),
            ("begin (catch exit(spawn('\(us)', erlang, node, []), kill)), sent end", "sent"),
            // The last one: it ends the connection when it does not succeed.
            ("net_adm:ping('\(us)')", "pang"),
        ] {
            try node.evaluate(
                "spawn(fun() -> R = (\(request)), register(answered, self()), receive {ask, P} -> P ! R end end), ok")
            let answered = link.loop.run(until: .now + .seconds(Deadline.patience)) {
                (try? node.evaluate("whereis(answered) =/= undefined")) == "true"
            }
            #expect(answered, "\(request)")
            guard answered else { return }
            let reply = try node.evaluate("answered ! {ask, self()}, receive R -> R end")
            #expect(reply.hasPrefix(answer), "\(request): \(reply)")
            #expect(!reply.contains("timeout"), "\(request): \(reply)")
            #expect(connection.isUp || reply == "pang")
        }
        connection.close()
    }
}
