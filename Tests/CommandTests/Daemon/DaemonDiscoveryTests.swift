import ErlcluTestSupport
import Foundation
import Testing

/// A source of peers that says nothing: each scrape names it, and the log has once why.
@Suite(.waiting) struct DaemonDiscoveryTests {
    private struct Watch {
        let daemon: DaemonFixture
        let source: String
        private let port: UInt16

        init(_ source: String) throws {
            self.source = source
            port = try LocalSocket.unusedPort()
            daemon = try DaemonFixture(
                options: ["--http", "127.0.0.1:\(port)", "--discover", source, "--name-base", "app"])
        }

        var metrics: String {
            get throws {
                try CommandResult.of("curl", ["-s", "-m", "5", "http://127.0.0.1:\(port)/metrics"]).standardOutput
            }
        }

        func isUp(_ value: Bool) throws -> Bool {
            try metrics.contains("erlclu_discovery_up{source=\"\(source)\"} \(value ? 1 : 0)\n")
        }

        func lines(_ event: String) -> [Substring] {
            daemon.process.standardError.split(separator: "\n").filter {
                $0.contains("event=\(event) source=\(source)")
            }
        }
    }

    @Test(arguments: ["dns", "file", "refused epmd", "silent epmd"])
    func itIsNamed(_ kind: String) throws {
        let directory = try TemporaryDirectory()
        let silent = try ScriptedPeer([.stall])
        let source =
            switch kind {
            case "dns": "dns:none.invalid"
            case "file": "file:\(directory.file("none"))"
            case "refused epmd": "epmd:127.0.0.1:\(try LocalSocket.unusedPort())"
            default: "epmd:127.0.0.1:\(silent.port)"
            }
        let watch = try Watch(source)
        #expect(try eventually { try watch.isUp(false) }, "\(watch.daemon.process.standardError)")
        let line = watch.lines("not_discovered").first ?? ""
        let code = kind == "refused epmd" ? "E-EPMD-REFUSED" : kind == "silent epmd" ? "E-EPMD-TIMEOUT" : "none"
        #expect(line.contains("level=warning") && line.contains(code), "\(watch.daemon.process.standardError)")
    }

    @Test func itsReasonIsLoggedOnce() throws {
        // One that takes the question, and leaves.
        let epmd = try ScriptedPeer([.receive(3)])
        let watch = try Watch("epmd:127.0.0.1:\(epmd.port)")
        #expect(eventually { epmd.connectionCount >= 3 }, "\(watch.daemon.process.standardError)")
        #expect(try watch.isUp(false))
        #expect(watch.lines("not_discovered").count == 1, "\(watch.daemon.process.standardError)")
    }

    /// The peers that were known stay.
    @Test func itIsHeardOfAgain() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("peers")
        let watch = try Watch("file:\(path)")
        #expect(try eventually { try watch.isUp(false) })
        try directory.write("none@127.0.0.1\n", to: "peers")
        #expect(try eventually { try watch.isUp(true) }, "\(watch.daemon.process.standardError)")
        #expect(eventually { watch.lines("discovered").count == 1 }, "\(watch.daemon.process.standardError)")
        let peer = "erlclu_peer_up{peer=\"none@127.0.0.1\"} 0\n"
        #expect(try eventually { try watch.metrics.contains(peer) })
        try FileManager.default.removeItem(atPath: path)
        #expect(try eventually { try watch.isUp(false) }, "\(watch.daemon.process.standardError)")
        #expect(eventually { watch.lines("not_discovered").count == 2 }, "\(watch.daemon.process.standardError)")
        #expect(try watch.metrics.contains(peer))
    }

    /// A list of names may be long, and is no label.
    @Test func aListIsUp() throws {
        let watch = try Watch("static:none@127.0.0.1")
        #expect(try eventually { try watch.metrics.contains("erlclu_discovery_up{source=\"static\"} 1\n") })
    }
}
