import ErlcluTestSupport
import Testing

/// More connections than there are places on each listener of an erlclud, which stay and never get anywhere: the others
/// get in. The HTTP client is curl.
@Suite(.waiting) struct DaemonCrowdTests {
    /// An erlclud with all listeners, and few descriptors.
    private struct Trial {
        let daemon: DaemonFixture
        let http: UInt16
        let epmd: UInt16
        let peak: PeakMemory
        /// Of the daemon, before anybody came.
        let descriptors: Int

        init(secure: Bool = false) throws {
            http = try LocalSocket.unusedPort()
            epmd = try LocalSocket.unusedPort()
            daemon = try DaemonFixture(
                descriptors: 256, secure: secure, options: ["--epmd", "embedded", "--http", "127.0.0.1:\(http)"],
                variables: ["ERL_EPMD_PORT": "\(epmd)", "ERL_EPMD_ADDRESS": "127.0.0.1"])
            peak = PeakMemory(of: daemon.process)
            // What it opens at its start is open once it serves.
            let (daemon, http) = (daemon, http)
            try #require(try eventually { try Self.get("/livez", http) == "ok\n" }, "\(daemon.process.standardError)")
            descriptors = try daemon.descriptorCount
        }

        func node(_ transport: NodeTransport = .tcp) throws -> ErlangNodeFixture {
            try ErlangNodeFixture(transport: transport, variables: ["ERL_EPMD_PORT": "\(epmd)"])
        }

        func get(_ path: String) throws -> String { try Self.get(path, http) }

        private static func get(_ path: String, _ http: UInt16) throws -> String {
            try CommandResult.of("curl", ["-s", "-m", "30", "http://127.0.0.1:\(http)\(path)"]).standardOutput
        }

        /// Each of its listeners serves others.
        func expectOpen(_ node: ErlangNodeFixture) throws {
            #expect(try node.evaluate("erlang:disconnect_node('\(daemon.name)')") != "")
            // A busy machine may take more than net_setuptime once; who is turned away is so each time, and at once.
            let isIn = try (0..<3).contains { _ in
                try node.evaluate("net_adm:ping('\(daemon.name)')") == "pong"
            }
            #expect(isIn, "\(daemon.process.standardError)\(node.log)")
            #expect(try get("/livez") == "ok\n", "\(daemon.process.standardError)")
            let names = try CommandResult.of("epmd", ["-port", "\(epmd)", "-names"]).standardOutput
            #expect(names.contains("name \(node.name.prefix { $0 != "@" }) at port"), "\(names)")
        }

        /// Nothing is left of those that were there.
        func expectClean() throws {
            #expect(try eventually { try daemon.descriptorCount <= descriptors }, "\(daemon.process.standardError)")
            #expect(try get("/livez") == "ok\n")
            #expect(daemon.process.isRunning)
            #expect(peak.bytes < DaemonFixture.memoryWithoutCookie, "\(peak.bytes)")
        }

        func displacedCount() throws -> Int {
            let sample = "erlclu_arrivals_displaced_total "
            let line = try get("/metrics").split(separator: "\n").first { $0.hasPrefix(sample) }
            return Int(line?.dropFirst(sample.count) ?? "") ?? 0
        }
    }

    /// They say nothing at all. The log says so once a crowd.
    @Test func theOldestMakesRoom() throws {
        let trial = try Trial()
        let node = try trial.node()
        for round in 1...2 {
            let before = try trial.displacedCount()
            let crowds = [try trial.daemon.port, trial.http, trial.epmd].map { Crowd(at: $0, of: 150) }
            for crowd in crowds { #expect(crowd.isWhole) }
            try trial.expectOpen(node)
            #expect(try trial.displacedCount() > before + 50)
            let said = trial.daemon.process.standardError.split(separator: "\n").filter { $0.contains("event=crowded") }
            #expect(said.count == round, "\(said)")
            for crowd in crowds { crowd.leave() }
            // So it is over.
            #expect(try node.evaluate("erlang:disconnect_node('\(trial.daemon.name)')") == "true")
            #expect(try eventually { try trial.daemon.descriptorCount <= trial.descriptors + 1 })
        }
        node.stop()
        try trial.expectClean()
    }

    /// They say one byte a second: no time for silence ends them.
    @Test func whoDripsMakesRoomToo() throws {
        let trial = try Trial()
        let node = try trial.node()
        let crowds = [
            (Crowd(at: try trial.daemon.port, of: 150, saying: [[0]]), UInt8(20)),
            (Crowd(at: trial.http, of: 150, saying: [Array("GET /livez HTTP/1.1\r\nX: ".utf8)]), UInt8(ascii: "x")),
            (Crowd(at: trial.epmd, of: 150, saying: [[0]]), UInt8(200)),
        ]
        for (crowd, byte) in crowds {
            #expect(crowd.isWhole)
            crowd.drip(byte)
        }
        try trial.expectOpen(node)
        for (crowd, _) in crowds { crowd.leave() }
        node.stop()
        try trial.expectClean()
    }

    /// They register as many names as they can: each is a connection that stays.
    @Test func namesLeaveRoom() throws {
        let trial = try Trial()
        let node = try trial.node()
        let requests: [[UInt8]] = (100..<400).map {
            [0, 16, 120, 0, 1, 77, 0, 0, 6, 0, 5, 0, 3] + Array("\($0)".utf8) + [0, 0]
        }
        let crowd = Crowd(at: trial.epmd, of: requests.count, saying: requests)
        #expect(crowd.isWhole)
        #expect(eventually { crowd.answeredCount > 30 })
        try trial.expectOpen(node)
        crowd.leave()
        node.stop()
        try trial.expectClean()
    }

    /// They begin with TLS as a node does, take what comes back, and say nothing more.
    @Test func whoStallsInTLSMakesRoomToo() throws {
        let trial = try Trial(secure: true)
        let node = try trial.node(try .mutualTLS())
        let crowd = Crowd(at: try trial.daemon.port, saying: [Self.clientHello])
        #expect(crowd.isWhole)
        #expect(eventually { crowd.answeredCount > 50 }, "\(trial.daemon.process.standardError)")
        try trial.expectOpen(node)
        crowd.leave()
        node.stop()
        try trial.expectClean()
    }

    /// As many as erlclud lets in by itself: what each costs is bounded.
    @Test func manyStallInTLS() throws {
        let daemon = try DaemonFixture(secure: true)
        let peak = PeakMemory(of: daemon.process)
        let node = try ErlangNodeFixture(transport: .mutualTLS())
        let before = try daemon.descriptorCount
        let crowd = Crowd(at: try daemon.port, saying: [Self.clientHello])
        #expect(crowd.isWhole)
        #expect(try node.evaluate("net_adm:ping('\(daemon.name)')") == "pong", "\(node.log)")
        #expect(eventually { crowd.answeredCount > 100 }, "\(daemon.process.standardError)")
        crowd.leave()
        node.stop()
        #expect(try eventually { try daemon.descriptorCount <= before })
        #expect(peak.bytes < DaemonFixture.memoryWithoutCookie, "\(peak.bytes)")
    }

    /// A host that is gone without a word: half of each connection is still there.
    @Test(.enabled(if: PrivateNetwork.isAvailable, "no network namespace is granted"))
    func halfOpenConnectionsEnd() throws {
        let network = try PrivateNetwork(addresses: 2)
        let (number, http) = (9, 9411)
        let host = try network.addHost(number)
        let daemon = try DaemonFixture(host: host, options: ["--http", "\(host.address):\(http)"])
        let nodes = try (1...2).map { number in
            let address = PrivateNetwork.host(number)
            let variables = ["inet_dist_connect_options", "[{ip,{\(address.replacing(".", with: ","))}}]"]
            return try ErlangNodeFixture(
                name: "n\(number)", nameType: .long(host: address), arguments: ["-kernel"] + variables,
                network: network)
        }
        let before = try daemon.descriptorCount
        // Programs that dial from no address of their own use the first.
        let (staying, leaving) = (nodes[0], nodes[1])
        let opened = try leaving.evaluate(
            """
            begin
                Self = self(),
                spawn(fun() ->
                    Sockets = [element(2, {ok, _} = gen_tcp:connect("\(host.address)", Port, [{ip, {10,42,0,2}}]))
                        || Port <- [\(try daemon.port), \(http), \(PrivateNetwork.mapperPort)], _ <- lists:seq(1, 50)],
                    Self ! length(Sockets),
                    receive stop -> Sockets end
                end),
                receive Count -> Count after 20000 -> none end
            end
            """)
        #expect(opened == "150")
        try network.cut(2, from: number)
        // What it says at its end does not arrive.
        leaving.stop()
        #expect(try daemon.descriptorCount > before + 50)
        #expect(try staying.evaluate("net_adm:ping('\(daemon.name)')") == "pong", "\(staying.log)")
        let (program, arguments) = network.command("curl", ["-s", "-m", "30", "http://\(host.address):\(http)/livez"])
        #expect(try CommandResult.of(program, arguments).standardOutput == "ok\n")
        staying.stop()
        #expect(try eventually { try daemon.descriptorCount <= before }, "\(daemon.process.standardError)")
        #expect(daemon.process.isRunning)
    }

    /// The first message of TLS 1.2: two cipher suites, two groups, and the usual signatures.
    private static let clientHello: [UInt8] = {
        let extensions: [UInt8] =
            [0, 10, 0, 6, 0, 4, 0, 0x1d, 0, 0x17] + [0, 11, 0, 2, 1, 0]
            + [0, 13, 0, 14, 0, 12, 4, 3, 8, 4, 4, 1, 5, 3, 8, 5, 5, 1]
        let hello: [UInt8] =
            [3, 3] + [UInt8](repeating: 7, count: 32) + [0] + [0, 4, 0xc0, 0x2b, 0xc0, 0x2f] + [1, 0]
            + [0, UInt8(extensions.count)] + extensions
        return [0x16, 3, 1, 0, UInt8(hello.count + 4), 1, 0, 0, UInt8(hello.count)] + hello
    }()
}
