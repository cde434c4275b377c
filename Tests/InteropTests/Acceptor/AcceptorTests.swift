import ByteTransport
import DistributionProtocol
import ErlangTerm
import ErlcluTestSupport
import Glibc
import TLSTransport
import Testing

/// Real nodes dial us.
@Suite(.waiting) struct AcceptorTests {
    @Test(arguments: OTPRelease.available)
    func realNodesConnectOverTCP(release: OTPRelease) throws {
        try connect(from: ErlangNodeFixture(release: release), tls: nil)
    }

    @Test(arguments: OTPRelease.available)
    func realNodesConnectOverTLS(release: OTPRelease) throws {
        let ours = try CertificateAuthority.issue()
        var configuration = TLSConfiguration(role: .acceptor)
        configuration.trustFiles = [ours.authorityFile]
        configuration.certificateFile = ours.certificateFile
        configuration.keyFile = ours.keyFile
        try connect(
            from: ErlangNodeFixture(release: release, transport: .mutualTLS()), tls: try TLSContext(configuration))
    }

    @Test func aNodeWithAnotherCookieIsTurnedAway() throws {
        let node = try ErlangNodeFixture()
        let (acceptor, loop) = try acceptor(for: node, cookie: "another", tls: nil)
        defer { acceptor.close() }
        try dial(acceptor, from: node)
        #expect(loop.run(until: .now + .seconds(Deadline.patience)) { !acceptor.failures.isEmpty })
        #expect(acceptor.failures.first?.reason == .wrongDigest)
        #expect(try eventually { try node.evaluate("persistent_term:get(dialled, pending)") == "false" })
    }

    @Test func aNodeThatIsDeniedHearsNotAllowed() throws {
        let node = try ErlangNodeFixture()
        let (acceptor, loop) = try acceptor(for: node, cookie: node.cookie, tls: nil, decision: .deny)
        defer { acceptor.close() }
        try dial(acceptor, from: node)
        #expect(loop.run(until: .now + .seconds(Deadline.patience)) { !acceptor.failures.isEmpty })
        #expect(acceptor.failures.first?.reason == .notAllowed(node.name))
        #expect(try eventually { try node.evaluate("persistent_term:get(dialled, pending)") == "false" })
    }

    private func connect(from node: ErlangNodeFixture, tls: TLSContext?) throws {
        let (acceptor, loop) = try acceptor(for: node, cookie: node.cookie, tls: tls)
        defer { acceptor.close() }
        try dial(acceptor, from: node)
        try #require(
            loop.run(until: .now + .seconds(Deadline.patience)) {
                !acceptor.results.isEmpty || !acceptor.failures.isEmpty
            })
        #expect(acceptor.failures == [])
        let result = try #require(acceptor.results.first)
        #expect(result.peer.name == node.name)
        #expect(result.peer.version == 6)
        #expect(result.localName == acceptor.name)
        #expect(try eventually { try node.evaluate("nodes(hidden)") == "['\(acceptor.name)']" })
        try node.evaluate("{inbox, '\(acceptor.name)'} ! {hello, \"ж\", 1 bsl 70}")
        let expected = Term.tuple([
            .atom("hello"), .list([.integer(1078)]),
            .bigInteger(BigInteger(isNegative: false, magnitude: [0, 0, 0, 0, 0, 0, 0, 0, 64])),
        ])
        #expect(loop.run(until: .now + .seconds(Deadline.patience)) { acceptor.messages.contains { $0.to == "inbox" } })
        #expect(acceptor.messages.first { $0.to == "inbox" }?.message == expected)
        #expect(try eventually { try node.evaluate("persistent_term:get(dialled, pending)") == "true" })
    }

    private func acceptor(
        for node: ErlangNodeFixture, cookie: String, tls: TLSContext?, decision: AcceptorDecision = .accept
    ) throws -> (AcceptingNode, EventLoop) {
        let loop = EventLoop()
        let port = try PortMapper.shared.get().port
        let name = "acceptor\(getpid())x\(UInt32.random(in: 0...UInt32.max))@127.0.0.1"
        let acceptor = try AcceptingNode(
            name: name, cookie: cookie, mapperPort: port, tls: tls, decision: decision, on: loop)
        return (acceptor, loop)
    }

    /// Lets the node dial and go on: its answer comes while our loop runs.
    private func dial(_ acceptor: AcceptingNode, from node: ErlangNodeFixture) throws {
        try node.evaluate(
            "spawn(fun() -> persistent_term:put(dialled, net_kernel:connect_node('\(acceptor.name)')) end), ok")
    }
}
