import ErlcluTestSupport
import Foundation
import Testing

/// What happens to links that are up, between the handshakes.
@Suite(.waiting) struct TraceLinkTests {
    /// Nobody answers: a tick finds that nothing came, again and again, until the link is given up.
    @Test(arguments: OTPRelease.available)
    func silence(_ release: OTPRelease) throws {
        let quick = ["-kernel", "net_ticktime", "4"]
        let peer = try ErlangNodeFixture(release: release, arguments: quick)
        let node = try ErlangNodeFixture(release: release, arguments: quick)
        let early = try ErlangNodeFixture(release: release, arguments: quick)
        #expect(try node.evaluate("net_kernel:connect_node('\(early.name)')") == "true")
        let trial = try TraceTrial(node)
        #expect(try node.evaluate("net_kernel:connect_node('\(peer.name)')") == "true")
        peer.suspend()
        early.suspend()
        defer { for suspended in [peer, early] { suspended.resume() } }
        for other in [peer, early] {
            #expect(
                eventually { trial.recorded.contains { $0.contains(other.name) && $0.contains("net_tick_timeout") } },
                "\(release): \(trial.output)")
        }
        let result = try trial.finish()
        let missed = trial.recorded.filter { $0.contains("nothing came from") }
        for other in [peer, early] {
            let words = "nothing came from \(other.name) to \(node.name)"
            #expect(missed.contains { $0.contains(words) }, "\(release): \(result.standardOutput)")
        }
        let shown = try TraceTrial.replay(trial.recorded).standardOutput
        #expect(shown.contains("E-TICK"), "\(release): \(shown)")
    }

    @Test(arguments: OTPRelease.available)
    func partings(_ release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let peers = try (0..<2).map { _ in try ErlangNodeFixture(release: release) }
        let trial = try TraceTrial(node)
        for peer in peers { #expect(try node.evaluate("net_kernel:connect_node('\(peer.name)')") == "true") }
        try node.evaluate("erlang:disconnect_node('\(peers[0].name)')")
        peers[1].stop()
        for (peer, reason) in zip(peers, ["disconnect", "connection_closed"]) {
            #expect(
                eventually {
                    trial.recorded.contains {
                        $0.contains(peer.name) && $0.contains(#""event":"down""#) && $0.contains("\"\(reason)\"")
                    }
                }, "\(release), \(reason): \(trial.recorded)")
        }
        _ = try trial.finish()
    }

    /// From OTP 25 on: who has lost a node that others still see has them cut their links to it.
    @Test(arguments: OTPRelease.available.filter { $0.major >= 25 })
    func globalCutsLinks(_ release: OTPRelease) throws {
        let nodes = try (0..<3).map { _ in
            try ErlangNodeFixture(
                release: release, arguments: ["-kernel", "prevent_overlapping_partitions", "true"])
        }
        for node in nodes.dropFirst() {
            #expect(try nodes[0].evaluate("net_kernel:connect_node('\(node.name)')") == "true")
        }
        #expect(
            try eventually { try nodes.allSatisfy { try $0.evaluate("length(nodes())") == "2" } }, "\(release)")
        // All of them have to have told each other first.
        for node in nodes { #expect(try node.evaluate("global:sync()") == "ok") }
        let trials = try nodes.map { try TraceTrial($0) }
        // So that the two do not find each other again at once.
        for node in nodes { try node.evaluate("application:set_env(kernel, dist_auto_connect, never)") }
        try nodes[0].evaluate("erlang:disconnect_node('\(nodes[1].name)')")
        #expect(
            eventually { trials.contains { trial in trial.recorded.contains { $0.contains("global cuts the link") } } },
            "\(release): \(trials.map(\.recorded))")
        for trial in trials { _ = try trial.finish() }
    }
}
