import ErlcluTestSupport
import Foundation
import Glibc
import Testing

/// The canary, and what `/metrics` says of it. The HTTP client is curl.
@Suite(.waiting) struct DaemonCanaryTests {
    private static func get(_ port: UInt16, _ path: String, _ options: [String] = []) throws -> CommandResult {
        try CommandResult.of("curl", ["-s", "-m", "5"] + options + ["http://127.0.0.1:\(port)\(path)"])
    }

    private static func daemon(
        _ peers: [String], _ port: UInt16, secure: Bool = false, cookie: String = DaemonFixture.cookie
    ) throws -> DaemonFixture {
        try DaemonFixture(
            secure: secure,
            options: ["--http", "127.0.0.1:\(port)", "--discover", "static:" + peers.joined(separator: ",")]
                + ["--probe-interval", "1"], cookie: cookie)
    }

    @Test(arguments: OTPRelease.available, [false, true])
    func aPeerThatLetsUsInIsUp(_ release: OTPRelease, _ secure: Bool) throws {
        let node = try ErlangNodeFixture(release: release, transport: secure ? .mutualTLS() : .tcp)
        let port = try LocalSocket.unusedPort()
        let daemon = try Self.daemon([node.name], port, secure: secure)
        func metrics() throws -> String { try Self.get(port, "/metrics").standardOutput }
        #expect(
            try eventually { try metrics().contains("erlclu_peer_up{peer=\"\(node.name)\"} 1\n") },
            "\(daemon.process.standardError)")
        let text = try metrics()
        #expect(text.contains("erlclu_handshake_duration_seconds_count{rung=\"tls\"}") == secure)
        #expect(text.contains("erlclu_handshake_duration_seconds_bucket{rung=\"handshake\",le=\"+Inf\"}"))
        #expect(
            text.contains("erlclu_certificate_expiry_timestamp_seconds{peer=\"\(node.name)\",side=\"peer\"}") == secure)
        #expect(daemon.process.standardError.contains("event=reached peer=\(node.name)"))
        // Probes come and go: nothing stays on the node but the link.
        #expect(try eventually { try node.evaluate("nodes(hidden)") == "['\(daemon.name)']" })
        // Once it is gone, each scrape names why, and the log has it once.
        node.stop()
        #expect(
            try eventually { try metrics().contains("erlclu_peer_up{peer=\"\(node.name)\"} 0\n") },
            "\(daemon.process.standardError)")
        #expect(
            try eventually {
                let line = try metrics().split(separator: "\n").first {
                    $0.hasPrefix("erlclu_handshake_failures_total{peer=\"\(node.name)\",code=\"E-EPMD-NOTREG\"}")
                }
                return Int(line?.split(separator: " ").last ?? "") ?? 0 >= 2
            }, "\(daemon.process.standardError)")
        let said = daemon.process.standardError.split(separator: "\n").count {
            $0.contains("event=unreached code=E-EPMD-NOTREG")
        }
        #expect(said == 1, "\(daemon.process.standardError)")
    }

    /// A probe is gone before the node can say from where it came: in a trace it is called by what it gave as its host.
    @Test func aTraceHasNoNamelessProbes() throws {
        let node = try ErlangNodeFixture()
        let daemon = try Self.daemon([node.name], try LocalSocket.unusedPort())
        let trace = try NodeTool(node).start("trace", "dist")
        #expect(trace.waitForOutput(containing: "  #4  "), "\(trace.standardError)\(daemon.process.standardError)")
        trace.signal(SIGINT)
        let output = try trace.wait().standardOutput
        #expect(output.contains("named:") && !output.contains("an unknown address"), "\(output)")
    }

    /// promtool, which is Prometheus' own, reads the metrics and the alerts.
    @Test func prometheusTakesMetricsAndAlerts() throws {
        let node = try ErlangNodeFixture()
        let port = try LocalSocket.unusedPort()
        let daemon = try Self.daemon([node.name, "none@127.0.0.1"], port)
        #expect(
            try eventually {
                let text = try Self.get(port, "/metrics").standardOutput
                return text.contains("erlclu_peer_up{peer=\"\(node.name)\"} 1\n") && text.contains("E-EPMD-NOTREG")
                    && text.contains("erlclu_partitions 1\n")
            }, "\(daemon.process.standardError)")
        let metrics = try Self.get(port, "/metrics").standardOutput
        let checked = try CommandResult.of("promtool", ["check", "metrics"], input: Array(metrics.utf8))
        #expect(checked.exitStatus == 0 && checked.standardError == "", "\(checked)")
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let rules = try CommandResult.of(
            "promtool", ["check", "rules", root.appendingPathComponent("deploy/erlclud.rules.yml").path])
        #expect(rules.exitStatus == 0 && rules.standardOutput.contains("10 rules found"), "\(rules)")
        // Each metric that an alert looks at is there.
        let text = try String(contentsOf: root.appendingPathComponent("deploy/erlclud.rules.yml"), encoding: .utf8)
        for word in text.matches(of: /erlclu_[a-z_]+/).map({ String($0.output) }) {
            #expect(metrics.contains(word) || word.contains("certificate"), "\(word)")
        }
    }

    @Test func anotherCookieIsItsCode() throws {
        let node = try ErlangNodeFixture()
        let port = try LocalSocket.unusedPort()
        let daemon = try Self.daemon([node.name], port, cookie: "another")
        let sample = "erlclu_handshake_failures_total{peer=\"\(node.name)\",code=\"E-COOKIE\"}"
        #expect(
            try eventually { try Self.get(port, "/metrics").standardOutput.contains(sample) },
            "\(daemon.process.standardError)")
    }

    @Test func onlyGetAndHeadAreAnswered() throws {
        let port = try LocalSocket.unusedPort()
        let daemon = try Self.daemon(["none@127.0.0.1"], port)
        #expect(try Self.get(port, "/livez").standardOutput == "ok\n")
        #expect(try Self.get(port, "/readyz?x=1", ["-I"]).standardOutput.hasPrefix("HTTP/1.1 200"))
        #expect(try Self.get(port, "/none", ["-o", "/dev/null", "-w", "%{http_code}"]).standardOutput == "404")
        for method in ["POST", "DELETE", "OPTIONS"] {
            let options = ["-X", method, "-d", "x", "-o", "/dev/null", "-w", "%{http_code}"]
            #expect(try Self.get(port, "/livez", options).standardOutput == "405", "\(method)")
        }
        #expect(daemon.process.isRunning)
    }

    /// Peers that say nothing, or half of a head, hold up nobody.
    @Test func slowPeersHoldUpNobody() throws {
        let port = try LocalSocket.unusedPort()
        let daemon = try Self.daemon(["none@127.0.0.1"], port)
        let node = try ErlangNodeFixture()
        let peak = PeakMemory(of: daemon.process)
        let before = try daemon.descriptorCount
        let crowd = Crowd(at: port, saying: [Array("GET /metrics HTTP/1.1\r\nX: ".utf8), []])
        #expect(crowd.isWhole)
        #expect(try Self.get(port, "/metrics").standardOutput.contains("erlclu_build_info"))
        #expect(try node.evaluate("net_adm:ping('\(daemon.name)')") == "pong")
        crowd.leave()
        node.stop()
        #expect(try eventually { try daemon.descriptorCount <= before })
        #expect(daemon.process.isRunning)
        #expect(peak.bytes < DaemonFixture.memoryWithoutCookie, "\(peak.bytes)")
    }
}
