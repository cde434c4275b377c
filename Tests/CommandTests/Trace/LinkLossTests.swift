import ErlcluTestSupport
import Foundation
import Testing

/// Between handshakes: links that go down, and why.
@Suite(.waiting) struct LinkLossTests {
    @Test(arguments: OTPRelease.available)
    func tellsWhoseEndItWas(_ release: OTPRelease) throws {
        let (one, other) = (try ErlangNodeFixture(release: release), try ErlangNodeFixture(release: release))
        let trial = try TraceTrial(one, [])
        #expect(try one.evaluate("net_kernel:connect_node('\(other.name)')") == "true")
        try one.evaluate("erlang:disconnect_node('\(other.name)')")
        #expect(trial.wait(for: "E-DISCONNECTED"), "\(release): \(trial.output)")
        #expect(try other.evaluate("net_kernel:connect_node('\(one.name)')") == "true")
        other.stop()
        #expect(trial.wait(for: "E-CLOSED"), "\(release): \(trial.output)")
        let result = try trial.finish()
        // global may have dialled the one that is gone.
        #expect(result.standardError.contains("attempts: 2 connected"), "\(result.standardError)")
        // Each link belongs to the attempt that brought it up.
        let numbers = [" are connected", " DOWN "].map { words in
            trial.output.split(separator: "\n").filter { $0.contains(words) }
                .compactMap { $0.firstMatch(of: /#\d+\b/).map { String($0.0) } }
        }
        #expect(numbers[0].count == 2 && numbers[0] == numbers[1], "\(release): \(trial.output)")
    }

    /// A node that stands still is missed at two ticks, and given up at the fourth.
    @Test func tellsMissedTicks() throws {
        let (one, other) = (
            try ErlangNodeFixture(arguments: ["-kernel", "net_ticktime", "4"]),
            try ErlangNodeFixture(arguments: ["-kernel", "net_ticktime", "4"])
        )
        let trial = try TraceTrial(one, [])
        #expect(try one.evaluate("net_kernel:connect_node('\(other.name)')") == "true")
        other.suspend()
        defer { other.resume() }
        #expect(trial.wait(for: "E-TICK"), "\(trial.output)")
        _ = try trial.finish()
        let words = "nothing came from \(other.name) to \(one.name) for 2 ticks; at 4 the link is given up"
        #expect(trial.output.contains(words), "\(trial.output)")
    }

    /// So is a link that was there before the trace.
    @Test func tellsMissedTicksOfOldLinks() throws {
        let (one, other) = (
            try ErlangNodeFixture(arguments: ["-kernel", "net_ticktime", "4"]),
            try ErlangNodeFixture(arguments: ["-kernel", "net_ticktime", "4"])
        )
        #expect(try one.evaluate("net_kernel:connect_node('\(other.name)')") == "true")
        let trial = try TraceTrial(one, [])
        other.suspend()
        defer { other.resume() }
        let words = "nothing came from \(other.name) to \(one.name) for 2 ticks; at 4 the link is given up"
        #expect(trial.wait(for: words), "\(trial.output)")
        _ = try trial.finish()
    }

    /// `global` of OTP 25 and later cuts links so that no partitions overlap: the one that it cuts says so.
    @Test(arguments: OTPRelease.available.filter { $0.major >= 25 })
    func tellsWhatGlobalCuts(_ release: OTPRelease) throws {
        let nodes = try (0..<3).map { _ in try ErlangNodeFixture(release: release) }
        for other in nodes.dropFirst() {
            #expect(try nodes[0].evaluate("net_kernel:connect_node('\(other.name)')") == "true")
        }
        for node in nodes {
            #expect(try eventually { try node.evaluate("{length(nodes()), global:sync()}") == "{2,ok}" })
        }
        let trials = try nodes.map { try TraceTrial($0, []) }
        try nodes[1].evaluate("erlang:disconnect_node('\(nodes[2].name)')")
        let isTold = eventually {
            trials.contains { $0.output.contains("E-OVERLAP") && $0.output.contains("global cuts the link to") }
        }
        #expect(isTold, "\(release): \(trials.map(\.output))")
        for trial in trials { _ = try trial.finish() }
    }
}
