import ErlcluTestSupport
import Glibc
import Testing

/// The name of an erlclud at epmd, which somebody else may have.
@Suite(.waiting) struct DaemonNameTests {
    private static func get(_ port: UInt16, _ path: String, _ options: [String] = []) throws -> String {
        try CommandResult.of("curl", ["-s", "-m", "5"] + options + ["http://127.0.0.1:\(port)\(path)"]).standardOutput
    }

    private static func start(_ name: String, epmd: UInt16, http: UInt16) throws -> ChildProcess {
        try ChildProcess(
            BuiltProduct.daemon,
            ["--name", name, "--cookie-env", "COOKIE", "--listen", "127.0.0.1:0", "--epmd", "127.0.0.1:\(epmd)"]
                + ["--http", "127.0.0.1:\(http)", "--allow-root"],
            environment: NodeTool.scrubbed.merging(["COOKIE": "secret"]) { $1 })
    }

    @Test func aNameThatAnotherNodeHasIsSaidOnce() throws {
        let mapper = try PortMapper()
        let node = try ErlangNodeFixture(mapper: mapper)
        let port = try LocalSocket.unusedPort()
        let daemon = try Self.start(node.name, epmd: mapper.port, http: port)
        func metrics() throws -> String { try Self.get(port, "/metrics") }
        func lines(_ event: String) -> Int {
            daemon.standardError.split(separator: "\n").count { $0.contains("event=\(event) epmd=") }
        }
        #expect(daemon.waitForOutput(containing: "event=not_registered", onError: true), "\(daemon.standardError)")
        #expect(try metrics().contains("erlclu_name_registered 0\n"))
        // The node beside it would be out of service for it.
        #expect(try Self.get(port, "/readyz") == "ok\n")
        node.stop()
        #expect(
            daemon.waitForOutput(containing: "event=registered", onError: true), "\(daemon.standardError)")
        #expect(try metrics().contains("erlclu_name_registered 1\n"))
        #expect(lines("not_registered") == 1 && lines("registered") == 1, "\(daemon.standardError)")
        mapper.stop()
        #expect(try eventually { try metrics().contains("erlclu_name_registered 0\n") }, "\(daemon.standardError)")
        #expect(lines("epmd_lost") >= 1, "\(daemon.standardError)")
    }

    /// It is asked again and again.
    @Test func theSameAnswerIsLoggedOnce() throws {
        // As epmd refuses a name: ALIVE2_RESP with the result 1.
        let epmd = try ScriptedPeer([.receive(15), .send([121, 1, 0, 0]), .stall])
        let daemon = try Self.start("taken@127.0.0.1", epmd: epmd.port, http: try LocalSocket.unusedPort())
        #expect(eventually { epmd.connectionCount >= 4 }, "\(daemon.standardError)")
        #expect(daemon.waitForOutput(containing: "event=not_registered", onError: true), "\(daemon.standardError)")
        #expect(
            daemon.standardError.split(separator: "\n").count { $0.contains("event=not_registered") } == 1,
            "\(daemon.standardError)")
    }

    @Test func whoRegistersNowhereHasNoMetricOfIt() throws {
        let port = try LocalSocket.unusedPort()
        let daemon = try ChildProcess(
            BuiltProduct.daemon,
            ["--name", "none@127.0.0.1", "--cookie-env", "COOKIE", "--epmd", "none", "--allow-root"]
                + ["--listen", "127.0.0.1:\(try LocalSocket.unusedPort())", "--http", "127.0.0.1:\(port)"],
            environment: NodeTool.scrubbed.merging(["COOKIE": "secret"]) { $1 })
        #expect(daemon.waitForOutput(containing: "event=listening", onError: true), "\(daemon.standardError)")
        let text = try Self.get(port, "/metrics")
        #expect(text.contains("erlclu_links 0\n") && !text.contains("erlclu_name_registered"), "\(text)")
    }
}
