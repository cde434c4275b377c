import ErlcluTestSupport
import Glibc
import Testing

/// erlclud dials its peers, and keeps the links.
@Suite(.waiting) struct DaemonLinksTests {
    private static func daemon(_ node: ErlangNodeFixture, _ options: [String] = []) throws -> DaemonFixture {
        try DaemonFixture(
            secure: node.optionFile != nil,
            options: ["--discover", "static:\(node.name)", "--probe-interval", "86400"] + options)
    }

    @Test(arguments: OTPRelease.available, [NodeTransport.tcp, try .mutualTLS()])
    func itDialsAndDialsAgain(_ release: OTPRelease, _ transport: NodeTransport) throws {
        let node = try ErlangNodeFixture(release: release, transport: transport)
        let daemon = try Self.daemon(node)
        func hidden() throws -> String { try node.evaluate("lists:member('\(daemon.name)', nodes(hidden))") }
        #expect(try eventually { try hidden() == "true" }, "\(daemon.process.standardError)")
        #expect(try node.evaluate("rpc:call('\(daemon.name)', erlang, nodes, [])") == "['\(node.name)']")
        // What is cut comes back, and it is the daemon that dials: the node does not.
        let lines = daemon.process.standardError.split(separator: "\n").count { $0.contains("event=up") }
        #expect(try node.evaluate("erlang:disconnect_node('\(daemon.name)')") == "true")
        #expect(
            eventually {
                daemon.process.standardError.split(separator: "\n").count { $0.contains("event=up") } > lines
            }, "\(daemon.process.standardError)")
        #expect(try node.evaluate("net_adm:ping('\(daemon.name)')") == "pong")
    }

    /// The node's ticks are answered: with a net_ticktime of a few seconds it stays.
    @Test func aQuietLinkStays() throws {
        let node = try ErlangNodeFixture(arguments: ["-kernel", "net_ticktime", "4"])
        let daemon = try Self.daemon(node)
        #expect(try eventually { try node.evaluate("nodes(hidden)") == "['\(daemon.name)']" })
        // Until the node has sent four ticks more than it had.
        let sent = """
            (fun() -> {ok, [{_, Info} | _]} = net_kernel:nodes_info(), proplists:get_value(out, Info) end)()
            """
        let first = Int(try node.evaluate(sent)) ?? 0
        #expect(try eventually { (Int(try node.evaluate(sent)) ?? 0) > first + 4 })
        #expect(!daemon.process.standardError.contains("event=down"), "\(daemon.process.standardError)")
    }

    @Test func whatCannotBeReachedIsSaidOnceAndDialledAgain() throws {
        let mapper = try PortMapper.shared.get()
        let name = "late\(UInt32.random(in: 0...UInt32.max))"
        let daemon = try DaemonFixture(
            options: ["--discover", "static:\(name)@127.0.0.1", "--probe-interval", "86400"])
        #expect(daemon.process.waitForOutput(containing: "event=not_linked code=E-EPMD-NOTREG", onError: true))
        let node = try ErlangNodeFixture(name: name)
        #expect(node.environment["ERL_EPMD_PORT"] == "\(mapper.port)")
        #expect(try eventually { try node.evaluate("nodes(hidden)") == "['\(daemon.name)']" })
        let said = daemon.process.standardError.split(separator: "\n").count { $0.contains("event=not_linked") }
        #expect(said == 1, "\(daemon.process.standardError)")
    }

    /// Both ends dial whenever they have no link: one link comes of it each time, and both know it.
    @Test(arguments: OTPRelease.available, ["a", "z"])
    func bothDialAtOnce(_ release: OTPRelease, _ first: String) throws {
        // The greater name wins: the daemon's begins with e.
        let node = try ErlangNodeFixture(release: release, name: "\(first)node\(UInt32.random(in: 0...UInt32.max))")
        let daemon = try Self.daemon(node)
        #expect(try eventually { try node.evaluate("nodes(hidden)") == "['\(daemon.name)']" })
        let rounds = """
            begin
                Peer = '\(daemon.name)',
                Wait = fun Wait() -> case net_kernel:connect_node(Peer) of true -> ok; _ -> timer:sleep(1), Wait() end end,
                [begin
                    erlang:disconnect_node(Peer),
                    timer:sleep(rand:uniform(900)),
                    Wait(),
                    pong = net_adm:ping(Peer)
                 end || _ <- lists:seq(1, 12)],
                {nodes(hidden), rpc:call(Peer, erlang, nodes, [])}
            end
            """
        #expect(
            try node.evaluate(rounds, within: 2 * Deadline.patience) == "{['\(daemon.name)'],['\(node.name)']}",
            "\(daemon.process.standardError)\(node.log)")
        #expect(!node.log.contains("rejected"), "\(node.log)")
    }
}
