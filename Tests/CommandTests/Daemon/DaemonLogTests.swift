import ErlcluTestSupport
import Glibc
import Testing

/// What an erlclud's log says of its peers: what has changed, once.
@Suite(.waiting) struct DaemonLogTests {
    /// The canary and the links both find out that a peer is not there, again and again.
    @Test(arguments: [false, true])
    func aPeerThatIsNotThereIsNamedOnce(_ isVisible: Bool) throws {
        let alive = "late\(UInt32.random(in: 0...UInt32.max))"
        let peer = "\(alive)@127.0.0.1"
        let port = try LocalSocket.unusedPort()
        let daemon = try DaemonFixture(
            options: ["--discover", "static:\(peer)", "--probe-interval", "1", "--http", "127.0.0.1:\(port)"]
                + (isVisible ? ["--visible"] : []))
        func lines(_ event: String) -> Int {
            daemon.process.standardError.split(separator: "\n").count {
                $0.contains("event=\(event) ") && $0.contains("peer=\(peer)")
            }
        }
        /// How often the canary has failed with what a node gives that has ended.
        func failures() throws -> Int {
            let text = try CommandResult.of("curl", ["-s", "-m", "5", "http://127.0.0.1:\(port)/metrics"])
                .standardOutput
            let sample = "erlclu_handshake_failures_total{peer=\"\(peer)\",code=\"E-EPMD-NOTREG\"} "
            let line = text.split(separator: "\n").first { $0.hasPrefix(sample) }
            return Int(line?.dropFirst(sample.count) ?? "") ?? 0
        }
        #expect(try eventually { try failures() >= 4 }, "\(daemon.process.standardError)")
        #expect(lines("unreached") == 1 && lines("not_linked") == 0, "\(daemon.process.standardError)")
        let node = try ErlangNodeFixture(name: alive)
        #expect(eventually { lines("reached") == 1 && lines("up") == 1 }, "\(daemon.process.standardError)")
        let before = try failures()
        node.stop()
        #expect(try eventually { try failures() >= before + 3 }, "\(daemon.process.standardError)")
        #expect(lines("down") == 1, "\(daemon.process.standardError)")
        // While it ends it may be refused in another way.
        let said = daemon.process.standardError.split(separator: "\n").count {
            $0.contains("event=unreached code=E-EPMD-NOTREG peer=\(peer)")
        }
        #expect(said == 2, "\(daemon.process.standardError)")
        for event in ["not_linked", "not_reachable"] {
            #expect(lines(event) == 0, "\(daemon.process.standardError)")
        }
    }

    /// Tools and shells come and go under names that they have from erlclud.
    @Test func visitorsAreNotNamed() throws {
        let node = try ErlangNodeFixture()
        let daemon = try DaemonFixture()
        var tool = try NodeTool(node)
        tool.options[1] = daemon.name
        for _ in 0..<2 { #expect(try tool.run("ping").exitStatus == 0) }
        #expect(try node.evaluate("net_adm:ping('\(daemon.name)')") == "pong")
        #expect(try node.evaluate("erlang:disconnect_node('\(daemon.name)')") == "true")
        #expect(daemon.process.waitForOutput(containing: "event=down peer=\(node.name)", onError: true))
        let said = daemon.process.standardError.split(separator: "\n").filter {
            $0.contains("event=up") || $0.contains("event=down")
        }
        #expect(said.count == 2 && said.allSatisfy { $0.contains("peer=\(node.name)") }, "\(said)")
    }

    /// Nobody finds a visible one without an epmd, unless nodes know its port: the log says so, and all goes on.
    @Test func aVisibleOneWithoutEPMDIsWarnedOnce() throws {
        let directory = try TemporaryDirectory()
        let cookie = try directory.write("c", to: "cookie", mode: 0o400)
        for isVisible in [true, false] {
            let process = try ChildProcess(
                BuiltProduct.daemon,
                ["--name", "none@127.0.0.1", "--cookie-file", cookie, "--epmd", "none", "--allow-root"]
                    + ["--listen", "127.0.0.1:\(try LocalSocket.unusedPort())"] + (isVisible ? ["--visible"] : []),
                environment: NodeTool.scrubbed)
            #expect(process.waitForOutput(containing: "event=listening", onError: true))
            process.signal(SIGTERM)
            let result = try process.wait()
            #expect(result.exitStatus == 0, "\(result)")
            let said = result.standardError.split(separator: "\n").count {
                $0.contains("level=warning event=port_not_registered") && $0.contains("OTP 25")
            }
            #expect(said == (isVisible ? 1 : 0), "\(result)")
        }
    }

    /// Where it comes from, and nothing of it.
    @Test func theCookieIsNamedByItsOrigin() throws {
        let directory = try TemporaryDirectory()
        let cookie = try directory.write("only-in-the-file", to: "cookie", mode: 0o400)
        func start(_ options: [String], _ variables: [String: String]) throws -> ChildProcess {
            let daemon = try ChildProcess(
                BuiltProduct.daemon,
                ["--name", "c@127.0.0.1", "--epmd", "none", "--listen", "127.0.0.1:\(try LocalSocket.unusedPort())"]
                    + ["--allow-root"] + options,
                environment: NodeTool.scrubbed.merging(variables) { $1 })
            #expect(daemon.waitForOutput(containing: "event=listening", onError: true), "\(daemon.standardError)")
            return daemon
        }
        let ofFile = try start(["--cookie-file", cookie], [:])
        #expect(ofFile.standardError.contains("cookie_from=\"file \(cookie)\""), "\(ofFile.standardError)")
        let ofRelease = try start([], ["RELEASE_COOKIE": "only-in-the-variable"])
        #expect(
            ofRelease.standardError.contains("cookie_from=\"environment RELEASE_COOKIE\""),
            "\(ofRelease.standardError)")
        for daemon in [ofFile, ofRelease] { #expect(!daemon.standardError.contains("only-in-the")) }
    }
}
