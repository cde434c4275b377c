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

    @Test func whatCannotBeReachedIsDialledAgain() throws {
        let mapper = try PortMapper.shared.get()
        let name = "late\(UInt32.random(in: 0...UInt32.max))"
        let daemon = try DaemonFixture(
            options: ["--discover", "static:\(name)@127.0.0.1", "--probe-interval", "86400"])
        #expect(daemon.process.waitForOutput(containing: "event=unreached code=E-EPMD-NOTREG", onError: true))
        let node = try ErlangNodeFixture(name: name)
        #expect(node.environment["ERL_EPMD_PORT"] == "\(mapper.port)")
        #expect(try eventually { try node.evaluate("nodes(hidden)") == "['\(daemon.name)']" })
    }

    /// Both ends dial at once: the node says which attempt stays (`nok_pending`: its own; `ok_pending`: ours), and one link
    /// comes of it each time, which both know.
    @Test(arguments: [("a", "ok_pending"), ("z", "nok_pending")])
    func bothDialAtOnce(_ first: String, _ verdict: String) throws {
        // The attempt of the greater name stays: the daemon's begins with e.
        let node = try ErlangNodeFixture(name: "\(first)node\(UInt32.random(in: 0...UInt32.max))")
        try node.evaluate(
            """
            begin
                dbg:start(),
                dbg:tracer(process, {fun({trace, _, return_from, _, Verdict}, S) -> io:format("~w~n", [Verdict]), S;
                    (_, S) -> S end, none}),
                dbg:p(all, [c]),
                dbg:tpl(dist_util, do_mark_pending, 4, [{'_', [], [{return_trace}]}])
            end
            """)
        let isSeen = try eventually(within: 2 * Deadline.patience) {
            // A new one each time: it waits the longer before it dials again, the oftener a link has ended soon.
            let daemon = try Self.daemon(node)
            func isUp() throws -> Bool {
                try node.evaluate("{nodes(hidden), rpc:call('\(daemon.name)', erlang, nodes, [])}")
                    == "{['\(daemon.name)'],['\(node.name)']}"
            }
            #expect(try eventually { try isUp() }, "\(daemon.process.standardError)")
            // It is to dial after a while, which it is not going to spend: it takes no connection and sends nothing, while
            // the kernel takes ours. When it goes on, its time to dial has come, and our name waits to be read. It says
            // when its time runs, and it has enough of it to be stopped; our attempt waits longer, for seven seconds.
            try node.evaluate(
                """
                begin
                    erlang:disconnect_node('\(daemon.name)'),
                    Self = self(),
                    spawn(fun() ->
                        erlang:send_after(3000, self(), dial),
                        Self ! its_time_runs,
                        receive dial -> net_kernel:connect_node('\(daemon.name)') end
                    end),
                    receive its_time_runs -> ok end
                end
                """)
            let itsTime = Deadline.after(seconds: 3.1)
            node.suspend()
            let hasDialled = try eventually {
                try CommandResult.of("ss", ["-Htn", "state", "established", "( dport = :\(node.port) )"])
                    .standardOutput.contains(":\(node.port)") && itsTime.hasPassed
            }
            #expect(hasDialled, "\(daemon.process.standardError)")
            node.resume()
            let hasCome = try eventually { try isUp() }
            #expect(hasCome, "\(daemon.process.standardError)\(node.log)")
            #expect(try node.evaluate("net_adm:ping('\(daemon.name)')") == "pong")
            return !hasCome || node.log.contains(verdict)
        }
        #expect(isSeen && node.log.contains(verdict), "\(node.log)")
        #expect(!node.log.contains("rejected"), "\(node.log)")
    }

    /// Peers that stall in TLS or in the handshake, send garbage or lengths without end, hold up nobody.
    @Test(arguments: [NodeTransport.tcp, try .mutualTLS()])
    func hostilePeersHoldUpNobody(_ transport: NodeTransport) throws {
        let node = try ErlangNodeFixture(transport: transport)
        let daemon = try Self.daemon(node)
        #expect(try eventually { try node.evaluate("nodes(hidden)") == "['\(daemon.name)']" })
        let peak = PeakMemory(of: daemon.process)
        let before = try daemon.descriptorCount
        let pieces: [[UInt8]] = [
            [], [0], [0xff, 0xff], [0x16, 3, 1, 2, 0, 1], Array("GET / HTTP/1.1\r\n\r\n".utf8),
            [0, 20, 78] + [UInt8](repeating: 0, count: 10), [UInt8](repeating: 0xff, count: 4096),
        ]
        let crowd = Crowd(at: try daemon.port, saying: pieces)
        #expect(crowd.isWhole)
        let other = try ErlangNodeFixture(transport: transport)
        #expect(try other.evaluate("net_adm:ping('\(daemon.name)')") == "pong", "\(other.log)")
        #expect(try node.evaluate("net_adm:ping('\(daemon.name)')") == "pong")
        crowd.leave()
        other.stop()
        #expect(try eventually { try daemon.descriptorCount <= before })
        #expect(peak.bytes < DaemonFixture.memoryWithoutCookie, "\(peak.bytes)")
    }

    /// `kill -9`, and again under the same name: the node takes it back.
    @Test(arguments: OTPRelease.available)
    func itComesBackUnderItsName(_ release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        var name: String?
        for _ in 0..<3 {
            let daemon = try DaemonFixture(
                name: name, options: ["--visible", "--discover", "static:\(node.name)", "--probe-interval", "86400"])
            #expect(
                try eventually { try node.evaluate("net_adm:ping('\(daemon.name)')") == "pong" },
                "\(daemon.process.standardError)\(node.log)")
            #expect(try eventually { try node.evaluate("nodes()") == "['\(daemon.name)']" })
            #expect(try node.evaluate("global:trans({r, self()}, fun() -> done end)") == "done")
            name = daemon.name
            daemon.process.signal(SIGKILL)
            _ = try daemon.process.wait()
        }
        #expect(try eventually { try node.evaluate("nodes()") == "[]" })
    }
}
