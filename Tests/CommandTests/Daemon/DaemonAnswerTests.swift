import ErlcluTestSupport
import Foundation
import Glibc
import Testing

/// What erlclu-ctl asks with programs, answered by an erlclud that evaluates none.
@Suite(.waiting) struct DaemonAnswerTests {
    /// A node and an erlclud with a link, and the tool with the erlclud as its target.
    private struct Pair {
        let node: ErlangNodeFixture
        let daemon: DaemonFixture
        let tool: NodeTool

        init(_ release: OTPRelease = .host, _ transport: NodeTransport = .tcp, options: [String] = []) throws {
            node = try ErlangNodeFixture(release: release, transport: transport)
            daemon = try DaemonFixture(secure: node.optionFile != nil, options: options)
            var tool = try NodeTool(node)
            tool.options[1] = daemon.name
            self.tool = tool
            #expect(try node.evaluate("net_adm:ping('\(daemon.name)')") == "pong", "\(daemon.process.standardError)")
        }
    }

    @Test(arguments: OTPRelease.available, [NodeTransport.tcp, try .mutualTLS()])
    func itsMembersAreThoseOfTheNode(_ release: OTPRelease, _ transport: NodeTransport) throws {
        let pair = try Pair(release, transport)
        let (node, daemon) = (pair.node.name, pair.daemon.name)
        let query = "[.items[] | [.node, .state, .kind, .otp_release, .remark]] | tojson"
        let expected = [
            #"["\#(daemon)","up","hidden",null,null]"#,
            #"["\#(node)","up","visible","\#(try pair.node.evaluate("erlang:system_info(otp_release)").filter(\.isNumber))",null]"#,
        ]
        let through = try pair.tool.run("members", "-o", "json")
        let seen = try Self.jq(query, through)
        #expect(seen == "[\(expected.joined(separator: ","))]", "\(through)")
        // The same by the node, which asks the erlclud as it asks any member.
        let other = try NodeTool(pair.node).run("members", "-o", "json")
        #expect(try Self.jq(query, other) == "[\(expected.joined(separator: ","))]", "\(other)")
        #expect(try pair.node.evaluate("nodes(hidden)") == "['\(daemon)']", "nothing is left of the tools")
    }

    /// One that takes part in the cluster is a member like the others, by what it says of itself and by what they say.
    @Test(arguments: OTPRelease.available)
    func aVisibleOneIsAMember(_ release: OTPRelease) throws {
        let pair = try Pair(release, options: ["--visible"])
        let (node, daemon) = (pair.node.name, pair.daemon.name)
        #expect(try eventually { try pair.node.evaluate("nodes()") == "['\(daemon)']" })
        let query = "[.items[] | [.node, .state, .kind]] | tojson"
        let expected = #"[["\#(daemon)","up","visible"],["\#(node)","up","visible"]]"#
        for tool in [pair.tool, try NodeTool(pair.node)] {
            let members = try tool.run("members", "-o", "json")
            #expect(try Self.jq(query, members) == expected, "\(members)")
            let mesh = try tool.run("mesh")
            #expect(mesh.exitStatus == 0, "\(mesh)")
            let partitions = try tool.run("partitions", "-o", "json")
            #expect(partitions.exitStatus == 0, "\(partitions)")
            #expect(
                partitions.standardOutput.contains(node) && partitions.standardOutput.contains(daemon), "\(partitions)")
        }
    }

    private static func jq(_ query: String, _ result: CommandResult) throws -> String {
        try CommandResult.of("jq", ["-r", query], input: Array(result.standardOutput.utf8)).standardOutput
            .split(separator: "\n").joined()
    }

    @Test(arguments: [NodeTransport.tcp, try .mutualTLS()])
    func itSaysHowItIs(_ transport: NodeTransport) throws {
        let pair = try Pair(.host, transport)
        let (node, tool) = (pair.node.name, pair.tool)
        let status = try tool.run("status", "-o", "json")
        #expect(status.exitStatus == 0, "\(status)")
        #expect(
            try Self.jq(".items[0] | [.node, .state, .pid, .otp_release] | tojson", status)
                == #"["\#(pair.daemon.name)","started","\#(pair.daemon.process.processIdentifier)",null]"#,
            "\(status)")
        let version = try tool.run("version")
        #expect(version.exitStatus == 0 && version.standardOutput.hasPrefix("erlclud "), "\(version)")
        #expect(!version.standardOutput.contains("OTP"), "\(version)")
        let names = try tool.run("names")
        #expect(names.exitStatus == 0 && names.standardOutput.contains("erlclud"), "\(names)")
        let links = try tool.run("links", "-o", "json")
        #expect(
            try Self.jq(".items[0] | [.peer, .state, .kind] | tojson", links).hasPrefix(#"["\#(node)","up","visible""#),
            "\(links)")
        // What one end sends the other receives; the node says of TLS what both have agreed on.
        let other = try NodeTool(pair.node).run("links", "-o", "json")
        let facts = ".items[0] | [.tls_version, .cipher] | tojson"
        #expect(try Self.jq(facts, links) == Self.jq(facts, other), "\(links) \(other)")
        let counts = try Self.jq(
            ".items[0] | [.bytes_in, .bytes_out, .packets_in, .packets_out] | map(. > 0) | tojson", links)
        #expect(counts == "[true,true,true,true]", "\(links)")
        let mesh = try tool.run("mesh")
        #expect(mesh.exitStatus == 0, "\(mesh)")
    }

    /// OpenSSL says what the certificate is.
    @Test func itShowsItsCertificate() throws {
        let pair = try Pair(.host, try .mutualTLS())
        let list = try pair.tool.run("cert", "list", "-o", "json")
        #expect(list.exitStatus == 0, "\(list)")
        let file = try CertificateAuthority.issue().certificateFile
        let printed = try CommandResult.of("openssl", ["x509", "-in", file, "-noout", "-serial"]).standardOutput
        let serial = printed.split(separator: "=").last.map { $0.filter { !$0.isWhitespace } } ?? ""
        let text = list.standardOutput.uppercased()
        #expect(text.contains(serial.drop { $0 == "0" }), "\(serial) \(list)")
        #expect(list.standardOutput.contains(pair.daemon.name), "\(list)")
    }

    @Test func aWatchThroughItSeesANodeComeAndGo() throws {
        let pair = try Pair()
        let watch = try pair.tool.start("members", "-w")
        #expect(watch.waitForOutput(containing: pair.node.name), "\(watch.standardError)")
        let second = try ErlangNodeFixture()
        #expect(try second.evaluate("net_adm:ping('\(pair.daemon.name)')") == "pong")
        #expect(watch.waitForOutput(containing: second.name), "\(watch.standardError)")
        second.stop()
        #expect(
            eventually {
                watch.standardOutput.split(separator: "\n").contains { $0.contains(second.name) && $0.contains("down") }
            }, "\(watch.standardOutput)")
        watch.signal(SIGINT)
        _ = try watch.wait()
        #expect(!pair.daemon.process.standardError.contains("event=down peer=\(pair.node.name)"))
    }

    @Test func itStopsWhenItIsAskedTo() throws {
        let pair = try Pair()
        let stop = try pair.tool.run("stop")
        #expect(stop.exitStatus == 0, "\(stop)")
        #expect(try pair.daemon.process.wait().exitStatus == 0)
        #expect(pair.daemon.process.standardError.contains("event=asked_to_stop"))
    }

    /// Each ends with a code that says what it is, and none with the reason of a process.
    @Test(arguments: [
        ["eval", "1 + 1."], ["pid"], ["restart"], ["reboot"], ["remote_console"],
        ["remote_console", "--lang", "elixir"], ["remote_console", "--lang", "erlang"], ["eval", "--all", "1 + 1."],
    ])
    func whatNeedsCodeIsRefused(_ arguments: [String]) throws {
        let pair = try Pair()
        let result = try pair.tool.run(arguments)
        #expect(result.exitStatus == 1 && result.standardError.contains("E-NO-EVAL at UP"), "\(result)")
        #expect(!result.standardError.contains("E-RPC"), "\(result)")
        #expect(try pair.tool.run("ping").exitStatus == 0, "it goes on")
    }

    /// Screens have what they need without code.
    @Test(arguments: ["members", "node", "handshakes", "doctor"])
    func screensSayIt(_ screen: String) throws {
        let pair = try Pair()
        let shown = try pair.tool.run("ui", "--once", "--screen", screen)
        #expect(shown.exitStatus == 0 && !shown.standardOutput.contains("E-RPC"), "\(shown)")
        #expect(!shown.standardOutput.contains("E-NO-EVAL") && shown.standardOutput.contains("erlclud"), "\(shown)")
    }

    /// It is healthy: what it is meant to say breaks no rung.
    @Test(arguments: [false, true])
    func theDoctorKnowsIt(_ secure: Bool) throws {
        let daemon = try DaemonFixture(secure: secure)
        let directory = try TemporaryDirectory()
        let cookie = try directory.write(DaemonFixture.cookie, to: "cookie", mode: 0o400)
        let mapper = try PortMapper.shared.get().port
        func doctor(_ options: [String]) throws -> CommandResult {
            let trust = try secure ? NodeTool.keyFiles() : []
            return try CommandResult.of(
                BuiltProduct.tool, ["doctor", "-n", daemon.name, "--cookie-file", cookie] + trust + options,
                environment: NodeTool.scrubbed.merging(["ERL_EPMD_PORT": "\(mapper)"]) { $1 })
        }
        let shown = try doctor([])
        #expect(shown.exitStatus == 0, "\(shown)")
        #expect(shown.standardOutput.contains("an erlclud: it evaluates nothing, on purpose"), "\(shown)")
        #expect(shown.standardOutput.contains("all rungs hold"), "\(shown)")
        #expect(!shown.standardOutput.contains("E-NO-EVAL") && shown.standardError.isEmpty, "\(shown)")
        let document = try doctor(["-o", "json"])
        #expect(document.exitStatus == 0, "\(document)")
        let diagnosis = try PrintedDiagnosis(document.standardOutputBytes)
        for (rung, result) in diagnosis.results {
            #expect(result == (rung == "applications" ? "skipped" : "ok"), "\(rung): \(document)")
        }
        #expect(diagnosis.results.contains { $0.rung == "rpc" } && diagnosis.warnings.isEmpty, "\(document)")
        let checks = Set(diagnosis.checks)
        #expect(checks.contains("certificate") == secure && checks.contains("name_type"), "\(document)")
        // What only the node itself could say.
        #expect(
            checks.isDisjoint(with: ["clock", "cookie", "release", "epmd", "applications", "advisory"]), "\(document)")
    }

    /// It dials nobody for others, and asks nobody. A node can be asked of it.
    @Test func theDoctorLooksAtNothingThroughIt() throws {
        let pair = try Pair()
        for words in [["doctor", pair.node.name, "--from", pair.daemon.name], ["doctor", "--all"]] {
            let result = try pair.tool.run(words)
            #expect(result.exitStatus == 1 && result.standardError.contains("E-NO-EVAL at UP"), "\(words): \(result)")
        }
        let other = try NodeTool(pair.node).run("doctor", pair.daemon.name, "--from", pair.node.name)
        #expect(other.exitStatus == 0 && other.standardOutput.contains("no warnings"), "\(other)")
    }

    @Test func otherToolsAreToldAsWell() throws {
        let pair = try Pair()
        func call(_ arguments: [String]) throws -> CommandResult {
            try CommandResult.of(BuiltProduct.tool, arguments, environment: pair.tool.environment)
        }
        let nodetool = ["nodetool", "-name", pair.daemon.name, "-setcookie", DaemonFixture.cookie]
        let called = try call(nodetool + ["rpc", "erlang", "nodes"])
        #expect(called.exitStatus == 0 && called.standardOutput == "['\(pair.node.name)']\n", "\(called)")
        let unknown = try call(nodetool + ["rpcterms", "os", "cmd", "\"id\"."])
        #expect(unknown.exitStatus != 0 && unknown.standardOutput.contains("undef"), "\(unknown)")
        let identifier = try call(nodetool + ["getpid"])
        #expect(identifier.exitStatus != 0 && identifier.standardError.contains("E-NO-EVAL"), "\(identifier)")
        // What goes on was not halted.
        let halted = try call(["erl_call", "-name", pair.daemon.name, "-c", DaemonFixture.cookie, "-q"])
        #expect(halted.exitStatus != 0 && pair.daemon.process.isRunning, "\(halted)")
    }

    /// A label is a word of a peer: nothing that comes with it is evaluated, here or elsewhere.
    @Test func aLabelHasNothingEvaluated() throws {
        let pair = try Pair()
        let second = try ErlangNodeFixture()
        #expect(try second.evaluate("net_adm:ping('\(pair.daemon.name)')") == "pong")
        let directory = try TemporaryDirectory()
        let trap = directory.file("trap")
        func answer(_ label: String, _ bindings: String) throws -> String {
            try pair.node.evaluate(
                """
                begin
                    {ok, Tokens, _} = erl_scan:string("file:write_file(\\"\(trap)\\", \\"x\\")."),
                    {ok, Evil} = erl_parse:parse_exprs(Tokens),
                    Forms = fun(Name) -> [{string, 0, "erlclu " ++ Name ++ " 1"} | Evil] end,
                    Tag = make_ref(),
                    Id = spawn_request('\(pair.daemon.name)', erl_eval, exprs,
                        [Forms("\(label)"), maps:merge(#{'Client' => self(), 'Tag' => Tag}, \(bindings)), none],
                        [monitor]),
                    (fun Wait(Items) -> receive
                        {Of, Item} when Of =:= Tag -> Wait([element(1, Item) | Items]);
                        {'DOWN', Of, process, _, Reason} when Of =:= Id -> {lists:usort(Items), Reason};
                        _ -> Wait(Items)
                    after 10000 -> timeout end end)([])
                end
                """)
        }
        #expect(try answer("snapshot", "#{}") == "{[snapshot],normal}")
        #expect(try answer("status", "#{}") == "{[status],normal}")
        let relayed =
            "#{'Extra' => [{'Certificates', false}, {'Limit', 1000}], 'Forms' => Forms(\"snapshot\"), 'Nodes' => all, 'Hidden' => true, 'Limit' => infinity}"
        #expect(try answer("each_member", relayed) == "{[done,member,member_down,members],normal}")
        for other in ["eval", "snapshot 1 1", "trace_dist"] {
            #expect(try answer(other, "#{}") == "{[],{erlclud,no_eval}}", "\(other)")
        }
        // A wait that no timer holds.
        let endless = relayed.replacingOccurrences(of: "infinity", with: "(1 bsl 59) - 1")
        #expect(try answer("each_member", endless) == "{[done,member,member_down,members],normal}")
        let longest = relayed.replacingOccurrences(of: "infinity", with: "\(Int.max)")
        #expect(try answer("each_member", longest) == "{[done,member,member_down,members],normal}")
        let unknown = relayed.replacingOccurrences(of: "snapshot", with: "eval")
        #expect(try answer("each_member", unknown) == "{[],{erlclud,no_eval}}")
        #expect(access(trap, F_OK) != 0)
    }
}
