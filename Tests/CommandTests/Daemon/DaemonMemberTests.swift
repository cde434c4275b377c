import ErlcluTestSupport
import Glibc
import Testing

/// erlclud as a hidden member, seen from real nodes.
@Suite(.waiting) struct DaemonMemberTests {
    private static func pair(
        _ release: OTPRelease, _ transport: NodeTransport
    ) throws -> (node: ErlangNodeFixture, daemon: DaemonFixture) {
        let node = try ErlangNodeFixture(release: release, transport: transport)
        return (node, try DaemonFixture(secure: node.optionFile != nil))
    }

    @Test(arguments: OTPRelease.available, [NodeTransport.tcp, try .mutualTLS()])
    func aNodePingsIt(_ release: OTPRelease, _ transport: NodeTransport) throws {
        let (node, daemon) = try Self.pair(release, transport)
        #expect(try node.evaluate("net_adm:ping('\(daemon.name)')") == "pong", "\(daemon.process.standardError)")
        #expect(try node.evaluate("nodes()") == "[]")
        #expect(try node.evaluate("nodes(hidden)") == "['\(daemon.name)']")
        // Again over the same link, and with another connection once that is gone.
        #expect(try node.evaluate("erlang:disconnect_node('\(daemon.name)')") == "true")
        #expect(try eventually { try node.evaluate("net_adm:ping('\(daemon.name)')") == "pong" })
    }

    @Test(arguments: OTPRelease.available)
    func itAnswersWhatIsInItsList(_ release: OTPRelease) throws {
        let (node, daemon) = try Self.pair(release, .tcp)
        func call(_ way: String, _ function: String) throws -> String {
            try node.evaluate("\(way)('\(daemon.name)', \(function))")
        }
        for way in ["rpc:call", "erpc:call"] {
            #expect(try call(way, "erlang, node, []") == "'\(daemon.name)'")
            #expect(try call(way, "erlang, nodes, [hidden]") == "[]")
            #expect(try call(way, "erlang, nodes, []") == "['\(node.name)']")
        }
        #expect(
            try call("rpc:call", "os, cmd, [\"id\"]").hasPrefix("{badrpc,{'EXIT',{undef,[{os,cmd,[\"id\"]"))
        #expect(try call("rpc:call", "erlang, nodes, [1]").contains("badarg"))
        #expect(
            try node.evaluate("catch erpc:call('\(daemon.name)', os, cmd, [\"id\"])").contains("undef"))
        #expect(
            try node.evaluate("gen_server:call({rex, '\(daemon.name)'}, {call, erlang, node, [], self()})")
                == "'\(daemon.name)'")
        #expect(
            try node.evaluate("rpc:block_call('\(daemon.name)', erlang, node, [], 5000)") == "'\(daemon.name)'")
        // What is no request gets an answer all the same.
        for name in ["rex", "net_kernel"] {
            #expect(
                try node.evaluate("gen_server:call({\(name), '\(daemon.name)'}, nonsense, 5000)").contains("undef"))
        }
        // A process that a node spawns there ends at once, with the reason that a node without the function has.
        let spawned = """
            begin
                {Pid, Ref} = spawn_monitor('\(daemon.name)', code, load_file, [x]),
                receive {'DOWN', Ref, process, Pid, Reason} -> Reason after 5000 -> none end
            end
            """
        #expect(try node.evaluate(spawned).hasPrefix("{undef,[{code,load_file,[x],[]}]}"))
    }

    @Test(arguments: [NodeTransport.tcp, try .mutualTLS()])
    func theToolPingsIt(_ transport: NodeTransport) throws {
        let (node, daemon) = try Self.pair(.host, transport)
        var tool = try NodeTool(node)
        tool.options[1] = daemon.name
        let ping = try tool.run("ping")
        #expect(ping.standardOutput.hasPrefix("pong"), "\(ping.standardError)\(daemon.process.standardError)")
        let listed = try node.evaluate("nodes(hidden)")
        #expect(listed == "[]", "nothing is left of it")
    }

    @Test func theToolIsToldThatNothingIsEvaluated() throws {
        let (node, daemon) = try Self.pair(.host, .tcp)
        var tool = try NodeTool(node)
        tool.options[1] = daemon.name
        let evaluated = try tool.run("eval", "1 + 1.")
        #expect(evaluated.exitStatus == 1 && evaluated.standardError.contains("E-NO-EVAL at UP"), "\(evaluated)")
        // One of its functions is another matter.
        let called = try tool.run("rpc", "erlang", "nodes", "[visible]")
        #expect(called.standardOutput == "['\(node.name)']\n" || called.standardOutput == "[]\n", "\(called)")
        let unknown = try tool.run("rpc", "os", "cmd", "[\"id\"]")
        #expect(unknown.exitStatus == 1 && unknown.standardError.contains("undef"), "\(unknown)")
    }

    @Test func anotherCookieIsNamedOnce() throws {
        let node = try ErlangNodeFixture(cookie: "another")
        let daemon = try DaemonFixture()
        #expect(try node.evaluate("net_adm:ping('\(daemon.name)')") == "pang")
        #expect(daemon.process.waitForOutput(containing: "code=E-COOKIE peer=\(node.name)", onError: true))
    }

    @Test func itLeavesEPMDAndTheClusterOnSIGTERM() throws {
        let (node, daemon) = try Self.pair(.host, .tcp)
        #expect(try node.evaluate("net_adm:ping('\(daemon.name)')") == "pong")
        daemon.process.signal(SIGTERM)
        #expect(try daemon.process.wait().exitStatus == 0)
        #expect(try eventually { try node.evaluate("nodes(hidden)") == "[]" })
        let alive = daemon.name.prefix { $0 != "@" }
        #expect(try eventually { try node.evaluate("erl_epmd:port_please(\"\(alive)\", \"127.0.0.1\")") == "noport" })
    }

    @Test(arguments: [
        ([], 64, "--name"), (["--name", "a@b", "--cookie-file", "/none"], 66, "/none"),
        (["--name", "a@b", "--nonsense"], 64, "--nonsense"), (["--name", "@"], 64, "node name"),
        (["--name", "a b@c"], 64, "node name"),
    ])
    func whatIsWrongIsSaid(_ options: [String], _ status: Int32, _ words: String) throws {
        let result = try CommandResult.of(
            BuiltProduct.daemon, options + ["--allow-root"], environment: NodeTool.scrubbed)
        #expect(result.exitStatus == status && result.standardError.contains(words), "\(result.standardError)")
    }
}
