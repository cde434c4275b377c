import Diagnosis
import ErlangNode
import ErlcluTestSupport
import Foundation
import Glibc
import Testing

/// `trace dist -n erlclud@…`: an erlclud reports its own handshakes, those that peers make and those that it makes.
@Suite(.waiting) struct DaemonTraceTests {
    // MARK: peers that dial

    /// What a node of Erlang reports of the same handshake, and both ends of it are one attempt.
    @Test(arguments: OTPRelease.available, [NodeTransport.tcp, try .mutualTLS()])
    func itReportsAPeerAsANodeDoes(_ release: OTPRelease, _ transport: NodeTransport) throws {
        let node = try ErlangNodeFixture(release: release, transport: transport)
        let acceptor = try ErlangNodeFixture(release: release, transport: transport)
        let daemon = try DaemonFixture(secure: node.optionFile != nil)
        let (there, here, own) = (try TraceTrial(acceptor), try TraceTrial(node), try TraceTrial(daemon, by: node))
        for name in [acceptor.name, daemon.name] {
            #expect(try node.evaluate("net_kernel:connect_node('\(name)')") == "true", "\(name)")
        }
        for trial in [there, own] { #expect(trial.waitForResult(), "\(release): \(trial.output)\(trial.errors)") }
        #expect(eventually { here.results.count == 2 }, "\(release): \(here.output)\(here.errors)")
        for trial in [there, here, own] { trial.waitForAsides() }
        let (result, _, _) = (try own.finish(), try there.finish(), try here.finish())
        #expect(result.exitStatus == 130 && own.results == ["up"], "\(release): \(own.output)\(own.errors)")
        let steps = Self.steps(own.recorded, "acceptor")
        #expect(steps == Self.steps(there.recorded, "acceptor"), "\(release)")
        #expect(steps.last == "event:up" && steps.contains("event:handshake message:send_challenge"), "\(steps)")
        try expectOneAttempt(own.recorded + here.recorded.filter { $0.contains(daemon.name) }, "\(release)")
        #expect(try Secrets(of: node).found(in: own.recorded.joined() + own.output + own.errors) == [])
    }

    /// A peer that does not come in, and what it is.
    struct Stranger: Sendable, CustomTestStringConvertible {
        var name: String
        var code: FailureCode
        var isSecure = true
        var node: @Sendable (OTPRelease) throws -> ErlangNodeFixture
        /// Whether both ends know enough of each other to be seen as one attempt.
        var isSeenFromBoth = true

        var testDescription: String { name }

        static let all = plain + secure("tlsv1.2") + secure("tlsv1.3")

        /// One side only speaks TLS, or neither.
        private static let plain: [Stranger] = [
            Stranger(
                name: "wrong cookie, TCP", code: .cookie, isSecure: false,
                node: { try ErlangNodeFixture(release: $0, cookie: "zq_unlike_cookie") }),
            Stranger(
                name: "TLS to TCP", code: .tlsToTCP, isSecure: false,
                node: { try ErlangNodeFixture(release: $0, transport: .mutualTLS()) }, isSeenFromBoth: false),
            Stranger(
                name: "TCP to TLS", code: .tcpToTLS, node: { try ErlangNodeFixture(release: $0) },
                isSeenFromBoth: false),
        ]

        private static func secure(_ version: String) -> [Stranger] {
            func node(
                _ issue: @escaping @Sendable () throws -> IssuedCertificate
            ) -> @Sendable (OTPRelease) throws -> ErlangNodeFixture { TraceScenario.node(version, [], issue) }
            // Under TLS 1.3 the initiator is up before it is refused, and may not come to know why.
            let isSeen = version == "tlsv1.2"
            let cookie = Stranger(
                name: "wrong cookie, \(version)", code: .cookie,
                node: {
                    try ErlangNodeFixture(
                        release: $0, cookie: "zq_unlike_cookie", transport: .mutualTLS(versions: [version]))
                })
            let unknown = Stranger(
                name: "of an unknown CA, \(version)", code: .caUnknown,
                node: node { try CertificateAuthority.unknown.get().issue() }, isSeenFromBoth: isSeen)
            let expired = Stranger(
                name: "expired, \(version)", code: .certificateExpired,
                node: node {
                    try CertificateAuthority.issue(CertificateProfile(commonName: "old", validity: .expired))
                }, isSeenFromBoth: isSeen)
            let bare = Stranger(
                name: "without a certificate, \(version)", code: .certificateRequired,
                node: TraceScenario.node(version) { $0.showsCertificate = false }, isSeenFromBoth: isSeen)
            return [cookie, unknown, expired, bare]
        }
    }

    @Test(arguments: Stranger.all)
    func itReportsWhoDoesNotComeIn(_ stranger: Stranger) throws {
        let node = try stranger.node(.host)
        let visitor = try ErlangNodeFixture(transport: stranger.isSecure ? .mutualTLS() : .tcp)
        let daemon = try DaemonFixture(secure: stranger.isSecure)
        let (own, there) = (try TraceTrial(daemon, by: visitor), try TraceTrial(node))
        #expect(try node.evaluate("net_kernel:connect_node('\(daemon.name)')") == "false")
        for trial in [own, there] { #expect(trial.waitForResult(), "\(trial.output)\(trial.errors)") }
        own.waitForAsides()
        _ = (try own.finish(), try there.finish())
        // OTP may dial again by itself.
        #expect(Set(own.codes) == [stranger.code.rawValue], "\(own.output)")
        // The log says the same.
        #expect(
            daemon.process.standardError.contains("event=refused code=\(stranger.code.rawValue)"),
            "\(daemon.process.standardError)")
        if stranger.isSeenFromBoth, own.codes.count == 1 {
            try expectOneAttempt(own.recorded + there.recorded, stranger.name)
        }
        let said = own.recorded.joined() + own.output + own.errors
        #expect(try Secrets(of: visitor).found(in: said) == [] && Secrets(of: node).found(in: said) == [])
    }

    /// What is no node at all.
    @Test(arguments: [
        (true, "GET / HTTP/1.0\r\n\r\n", FailureCode.protocolViolation),
        (false, "GET / HTTP/1.0\r\n\r\n", .protocolViolation), (false, "", .closed), (true, "", .closed),
    ])
    func itReportsWhatIsNoNode(_ isSecure: Bool, _ words: String, _ code: FailureCode) throws {
        let node = try ErlangNodeFixture(transport: isSecure ? .mutualTLS() : .tcp)
        let daemon = try DaemonFixture(secure: isSecure)
        let own = try TraceTrial(daemon, by: node)
        let socket = try #require(LocalSocket.connect(port: try daemon.port))
        _ = Array(words.utf8).withUnsafeBytes { write(socket, $0.baseAddress, $0.count) }
        close(socket)
        #expect(own.waitForResult(), "\(own.output)\(own.errors)")
        #expect(own.codes == [code.rawValue], "\(own.output)")
        _ = try own.finish()
    }

    /// Names that are taken: its own, and that of a node that is there.
    @Test func itReportsNamesThatAreTaken() throws {
        let node = try ErlangNodeFixture()
        let daemon = try DaemonFixture()
        #expect(try node.evaluate("net_adm:ping('\(daemon.name)')") == "pong")
        let own = try TraceTrial(daemon, by: node)
        func come(as name: String, thenSay words: String) throws -> String {
            try node.evaluate(
                """
                begin
                    {ok, S} = gen_tcp:connect({127,0,0,1}, \(try daemon.port), [binary, {active, false}, {packet, 2}]),
                    Name = <<"\(name)">>,
                    Flags = element(2, erts_internal:get_dflags()),
                    ok = gen_tcp:send(S, <<$N, Flags:64, 7:32, (byte_size(Name)):16, Name/binary>>),
                    {ok, Status} = gen_tcp:recv(S, 0, 20000),
                    gen_tcp:send(S, <<"\(words)">>),
                    gen_tcp:close(S),
                    Status
                end
                """)
        }
        #expect(try come(as: daemon.name, thenSay: "") == "<<\"snok\">>")
        #expect(eventually { own.codes == ["E-NOK"] }, "\(own.output)")
        #expect(try come(as: node.name, thenSay: "sfalse") == "<<\"salive\">>")
        #expect(eventually { own.codes == ["E-NOK", "E-ALIVE"] }, "\(own.output)")
        _ = try own.finish()
    }

    // MARK: peers that are dialled

    /// Its links and its probes, and what does not come up.
    @Test(arguments: [NodeTransport.tcp, try .mutualTLS()])
    func itReportsWhatItDials(_ transport: NodeTransport) throws {
        let node = try ErlangNodeFixture(transport: transport)
        let other = try ErlangNodeFixture(cookie: "zq_unlike_cookie", transport: transport)
        let second = try ErlangNodeFixture(transport: transport)
        let daemon = try DaemonFixture(
            secure: node.optionFile != nil,
            options: [
                "--discover", "static:\(node.name),\(other.name),nobody@127.0.0.1", "--probe-interval", "2",
            ])
        #expect(daemon.process.waitForOutput(containing: "event=up peer=\(node.name)", onError: true))
        let (own, there) = (try TraceTrial(daemon, by: node), try TraceTrial(second))
        #expect(
            eventually { Set(own.results).isSuperset(of: ["up", "E-EPMD-NOTREG", "E-COOKIE"]) },
            "\(own.output)\(own.errors)")
        // The link that it loses, and dials again.
        #expect(try node.evaluate("erlang:disconnect_node('\(daemon.name)')") == "true")
        let link = /"side":"initiator".*"event":"up"/
        #expect(
            eventually { Self.attempts(own.recorded, to: node.name).contains { $0.isLink && $0.isUp } },
            "\(own.recorded)")
        #expect(own.recorded.contains { $0.contains(#""event":"down""#) && $0.contains(node.name) }, "\(own.recorded)")
        // As a node reports one that it dials.
        #expect(try second.evaluate("net_kernel:connect_node('\(node.name)')") == "true")
        #expect(eventually { there.recorded.contains { $0.contains(link) } }, "\(there.output)")
        there.waitForAsides()
        _ = (try own.finish(), try there.finish())
        let dialled = try #require(Self.attempts(own.recorded, to: node.name).first { $0.isLink && $0.isUp })
        let compared = try #require(Self.attempts(there.recorded, to: node.name).first { $0.isUp })
        #expect(Self.steps(dialled.lines, "initiator") == Self.steps(compared.lines, "initiator"))
        // A probe is over in the end.
        let probe = try #require(Self.attempts(own.recorded, to: node.name).first { !$0.isLink && $0.isUp })
        #expect(probe.lines.contains { $0.contains(#""event":"down""#) }, "\(probe.lines)")
        #expect(try Secrets(of: node).found(in: own.recorded.joined() + own.output + own.errors) == [])
    }

    // MARK: those who trace

    /// Several at once; one that is killed is forgotten, and one that stands still too.
    @Test func severalTraceItAndEndAsTheyLike() throws {
        let node = try ErlangNodeFixture()
        let daemon = try DaemonFixture()
        func processes() throws -> String {
            var tool = try NodeTool(node)
            tool.options[1] = daemon.name
            let status = try tool.run("status", "-o", "json")
            return status.standardOutput.firstMatch(of: /"processes": ?(\d+)/).map { String($0.1) } ?? "\(status)"
        }
        let before = try processes()
        let trials = try (0..<3).map { _ in try TraceTrial(daemon, by: node) }
        #expect(try Int(processes()) == Int(before).map { $0 + 3 })
        trials[0].signal(SIGKILL)
        trials[1].signal(SIGSTOP)
        // It hears nothing of that one for three seconds.
        #expect(try eventually { try Int(processes()) == Int(before).map { $0 + 1 } })
        let stranger = try ErlangNodeFixture(cookie: "zq_unlike_cookie")
        #expect(try stranger.evaluate("net_adm:ping('\(daemon.name)')") == "pang")
        #expect(eventually { trials[2].codes == ["E-COOKIE"] }, "\(trials[2].output)")
        trials[1].signal(SIGCONT)
        #expect(trials[1].waitForErrors("the trace is interrupted: it heard nothing of us for 3 s"))
        #expect(trials[1].waitForErrors("tracing \(daemon.name) again"), "\(trials[1].errors)")
        for trial in trials.dropFirst() { #expect(try trial.finish().exitStatus == 130) }
        #expect(try eventually { try processes() == before })
    }

    /// Above the rate events are dropped and counted; and the trace ends with what it was to have.
    @Test func whatIsTooMuchIsCounted() throws {
        let node = try ErlangNodeFixture()
        let daemon = try DaemonFixture()
        #expect(try node.evaluate("net_adm:ping('\(daemon.name)')") == "pong")
        let label = try #require(ProgramLabel(.traceDist))
        func items(_ bindings: String) throws -> String {
            try node.evaluate(
                """
                begin
                    Tag = make_ref(),
                    Forms = [{string, 0, "erlclu \(label.name) \(label.version)"}],
                    spawn_request('\(daemon.name)', erl_eval, exprs,
                        [Forms, maps:merge(#{'Client' => self(), 'Tag' => Tag, 'Forms' => none, 'Ttl' => 60000},
                            \(bindings)), none], [monitor]),
                    Pid = receive {Tag, {tracing, P, #{way := own}}} -> P after 20000 -> none end,
                    [begin {ok, S} = gen_tcp:connect({127,0,0,1}, \(try daemon.port), []), gen_tcp:close(S) end
                        || _ <- lists:seq(1, 20)],
                    (fun Wait(Events) -> receive
                        {Tag, {event, _, _, _}} -> Wait(Events + 1);
                        {Tag, {dropped, Count}} -> {Events, dropped, Count > 0};
                        {Tag, {stopped, Why}} -> {Events, stopped, Why}
                    after 100 -> Pid ! {erlclu, beat}, Wait(Events) end end)(0)
                end
                """)
        }
        #expect(try items("#{'Max' => 1000, 'Rate' => 5, 'Silence' => 20000}") == "{5,dropped,true}")
        #expect(try items("#{'Max' => 3, 'Rate' => 1000, 'Silence' => 20000}") == "{3,stopped,count}")
        #expect(
            try items("#{'Max' => 1000, 'Rate' => 1000, 'Silence' => 20000, 'Ttl' => 1}").hasSuffix("stopped,time}"))
    }

    // MARK: members

    /// All through an erlclud, and an erlclud among all.
    @Test(arguments: [true, false])
    func membersAreTraced(_ isEntry: Bool) throws {
        let (node, second) = (try ErlangNodeFixture(), try ErlangNodeFixture())
        let daemon = try DaemonFixture()
        #expect(try node.evaluate("net_adm:ping('\(daemon.name)')") == "pong")
        let options = ["-o", "jsonl", "--all"]
        let trial = try isEntry ? TraceTrial(daemon, by: node, options) : TraceTrial(node, options)
        for name in [node.name, daemon.name] {
            #expect(trial.waitForErrors("tracing \(name)"), "\(trial.errors)")
        }
        try node.evaluate("net_kernel:connect_node('nobody@127.0.0.1')")
        #expect(
            eventually {
                trial.recorded.contains { $0.contains("node:\(node.name)") && $0.contains("nobody@127.0.0.1") }
            }, "\(trial.output)")
        #expect(try second.evaluate("net_adm:ping('\(daemon.name)')") == "pong")
        #expect(
            eventually {
                trial.recorded.contains { $0.contains("node:\(daemon.name)") && $0.contains(second.name) }
            }, "\(trial.output)")
        // One that comes to the entry is traced from then on.
        if isEntry { #expect(trial.waitForErrors("tracing \(second.name)"), "\(trial.errors)") }
        #expect(try trial.finish().exitStatus == 130)
        let left =
            "length([P || P <- processes(), {dictionary, D} <- [process_info(P, dictionary)], "
            + "lists:keyfind('$initial_call', 1, D) =:= {'$initial_call', {erlclu, trace_dist, 0}}])"
        #expect(try eventually { try node.evaluate(left) == "0" })
    }

    /// The dashboard shows them too.
    @Test func theDashboardShowsThem() throws {
        let node = try ErlangNodeFixture()
        let daemon = try DaemonFixture()
        var tool = try NodeTool(node)
        tool.options[1] = daemon.name
        let shown = try tool.run("ui", "--once", "--screen", "handshakes")
        #expect(shown.exitStatus == 0 && !shown.standardOutput.contains("E-NO-EVAL"), "\(shown)")
        let shell = try DashboardShell(tool.shellCommand("ui"), environment: tool.variables)
        try shell.start { $0.contains(daemon.name) }
        try shell.screen.type("3")
        try shell.expect("the trace") { $0.contains("traced: ") }
        let stranger = try ErlangNodeFixture(cookie: "zq_unlike_cookie")
        #expect(try stranger.evaluate("net_adm:ping('\(daemon.name)')") == "pang")
        try shell.expect("the handshake") { $0.contains("E-COOKIE") }
    }

    /// A link that `global` has it cut, and one whose node is gone.
    @Test func linksThatGoDownAreReported() throws {
        let (node, second) = (try ErlangNodeFixture(), try ErlangNodeFixture())
        let daemon = try DaemonFixture(options: ["--visible", "--probe-interval", "86400"])
        for peer in [node, second] { #expect(try peer.evaluate("net_adm:ping('\(daemon.name)')") == "pong") }
        let own = try TraceTrial(daemon, by: node)
        func isDown(_ name: String, _ reason: String) -> Bool {
            own.recorded.contains {
                $0.contains(#""event":"down","reason":"\#(reason)""#) && $0.contains(name)
            }
        }
        // Until they are one cluster.
        #expect(try node.evaluate("global:sync()") == "ok", "\(daemon.process.standardError)")
        second.stop()
        #expect(eventually { isDown(second.name, "connection_closed") }, "\(own.recorded)")
        try node.evaluate("{global_name_server, '\(daemon.name)'} ! {remove_connection, node()}")
        #expect(
            eventually { isDown(node.name, "disconnect") }, "\(own.recorded)\(daemon.process.standardError)")
        #expect(own.recorded.contains { $0.contains("E-OVERLAP") && $0.contains(node.name) }, "\(own.recorded)")
        _ = try own.finish()
    }

    // MARK: reading

    private struct Attempt {
        var lines: [String]
        var isUp: Bool { lines.contains { $0.contains(#""event":"up""#) } }
        /// A probe wants a name, and says its host alone.
        var isLink: Bool {
            lines.contains {
                $0.contains(#""message":"send_name""#) && $0.contains(/"message":"send_name","name":"[^"]*@/)
            }
        }
    }

    private static func attempts(_ lines: [String], to name: String) -> [Attempt] {
        let own = lines.filter { $0.contains(#""side":"initiator""#) && $0.contains(name) }
        let grouped = Dictionary(grouping: own) { $0.firstMatch(of: /"connection":(\d+)/).map { String($0.1) } ?? "" }
        return grouped.values.map(Attempt.init)
    }

    /// What happened, without what differs from one connection to the next. What a node has said by processes of their
    /// own may come at any time.
    private static func steps(_ lines: [String], _ side: String) -> [String] {
        let own = lines.filter { $0.contains(#""side":"\#(side)""#) }.map { line in
            line.matches(of: /"(event|message|status|verdict|shown_by|code)":"([^"]*)"/)
                .map { "\($0.1):\($0.2)" }.joined(separator: " ")
        }.filter { !$0.contains("event:down") }
        let asides = own.filter { $0.contains("secured") || $0.contains("certificates") }.sorted()
        return asides + own.filter { !asides.contains($0) }
    }

    private func expectOneAttempt(_ lines: [String], _ what: String) throws {
        let told = try TraceTrial.replay(lines, ["-o", "ladder"])
        #expect(told.standardOutput.contains("#1") && !told.standardOutput.contains("#2"), "\(what): \(told)")
    }
}
