import ErlcluTestSupport
import Foundation
import Testing

/// `trace dist --all`: the members of a cluster, through one of them.
@Suite(.waiting) struct TraceMembersTests {
    private static func join(_ node: ErlangNodeFixture, _ other: ErlangNodeFixture) throws {
        let connected = try node.evaluate("net_kernel:connect_node('\(other.name)')")
        guard connected == "true" else { throw FixtureFailure("\(node.name) and \(other.name): \(connected)") }
    }

    /// What a node says of an attempt of its own.
    private static func dialled(_ node: ErlangNodeFixture, _ trial: TraceTrial) throws -> Bool {
        try node.evaluate("net_kernel:connect_node('nobody@127.0.0.1')")
        return eventually {
            trial.output.split(separator: "\n").contains {
                $0.contains(#""vantage":"node:\#(node.name)""#) && $0.contains("nobody@127.0.0.1")
            }
        }
    }

    /// Those that are there and those that come while it runs; and it is gone from all of them.
    @Test(arguments: OTPRelease.available)
    func coversWhoIsThereAndWhoComes(_ release: OTPRelease) throws {
        let nodes = try (0..<3).map { _ in try ErlangNodeFixture(release: release) }
        try Self.join(nodes[1], nodes[0])
        let before = try nodes.map { try NodeTraces(on: $0) }
        let trial = try TraceTrial(nodes[0], ["-o", "jsonl", "--all"])
        #expect(trial.waitForErrors("tracing \(nodes[1].name)"), "\(release): \(trial.errors)")
        try Self.join(nodes[2], nodes[0])
        #expect(trial.waitForErrors("tracing \(nodes[2].name)"), "\(release): \(trial.errors)")
        for node in nodes { #expect(try Self.dialled(node, trial), "\(release): \(trial.output)") }
        _ = try trial.finish()
        for (node, before) in zip(nodes, before) {
            #expect(try eventually { try NodeTraces(on: node) == before }, "\(release)")
        }
    }

    /// A member is traced again when its connection is there again.
    @Test(arguments: OTPRelease.available)
    func returnsWithTheConnection(_ release: OTPRelease) throws {
        let nodes = try (0..<2).map { _ in try ErlangNodeFixture(release: release) }
        let before = try NodeTraces(on: nodes[1])
        try Self.join(nodes[0], nodes[1])
        let trial = try TraceTrial(nodes[0], ["-o", "jsonl", "--all"])
        #expect(trial.waitForErrors("tracing \(nodes[1].name)"), "\(release): \(trial.errors)")
        try nodes[0].evaluate("erlang:disconnect_node('\(nodes[1].name)')")
        #expect(trial.waitForErrors("\(nodes[1].name): the trace is interrupted"), "\(release): \(trial.errors)")
        // Nodes may find each other again by themselves: then it is traced already.
        #expect(
            try eventually { try NodeTraces(on: nodes[1]) == before || trial.errors.contains("again") },
            "\(release): \(trial.errors)")
        try Self.join(nodes[1], nodes[0])
        #expect(trial.waitForErrors("tracing \(nodes[1].name) again"), "\(release): \(trial.errors)")
        #expect(try Self.dialled(nodes[1], trial), "\(release): \(trial.output)")
        _ = try trial.finish()
        #expect(try eventually { try NodeTraces(on: nodes[1]) == before }, "\(release)")
    }

    /// A member that hears nothing of the node that traces it ends its trace, and has it again afterwards.
    @Test(arguments: OTPRelease.available)
    func endsAndReturnsWithASilence(_ release: OTPRelease) throws {
        let nodes = try (0..<2).map { _ in try ErlangNodeFixture(release: release) }
        let before = try NodeTraces(on: nodes[1])
        try Self.join(nodes[0], nodes[1])
        let trial = try TraceTrial(nodes[0], ["-o", "jsonl", "--all"], silence: "1s")
        #expect(trial.waitForErrors("tracing \(nodes[1].name)"), "\(release): \(trial.errors)")
        nodes[0].suspend()
        #expect(try eventually { try NodeTraces(on: nodes[1]) == before }, "\(release)")
        nodes[0].resume()
        #expect(trial.waitForErrors("tracing \(nodes[1].name) again"), "\(release): \(trial.errors)")
        #expect(try Self.dialled(nodes[1], trial), "\(release): \(trial.output)")
        _ = try trial.finish()
        #expect(try eventually { try NodeTraces(on: nodes[1]) == before }, "\(release)")
    }
}
