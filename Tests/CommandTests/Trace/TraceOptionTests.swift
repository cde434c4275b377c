import ErlcluTestSupport
import Foundation
import Testing

/// The options of `trace dist`, on a live node.
@Suite(.waiting) struct TraceOptionTests {
    private static func dial(_ name: String, on node: ErlangNodeFixture) throws {
        try node.evaluate("net_kernel:connect_node('\(name)@127.0.0.1')")
    }

    /// It ends by itself after so many lines, and the node is rid of it.
    @Test func endsAfterSoManyEvents() throws {
        let node = try ErlangNodeFixture()
        let before = try NodeTraces(on: node)
        let trial = try TraceTrial(node, ["-o", "jsonl", "--max", "3"])
        try Self.dial("nobody", on: node)
        let result = try trial.waitForEnd()
        #expect(result.exitStatus == 0, "\(result.standardError)")
        let events = result.standardOutput.split(separator: "\n").filter { $0.contains("erlclu/trace/1") }
        #expect(events.count == 3, "\(result.standardOutput)")
        #expect(try eventually { try NodeTraces(on: node) == before })
    }

    /// What is not shown is recorded all the same, and shown when it is replayed.
    @Test func showsSomeAndRecordsAll() throws {
        let (node, other) = try atOnce({ try ErlangNodeFixture() }, { try ErlangNodeFixture() })
        let trial = try TraceTrial(node, ["--failures", "--peer", "some*@127.0.0.1"])
        try Self.dial("nobody", on: node)
        #expect(try node.evaluate("net_kernel:connect_node('\(other.name)')") == "true")
        try Self.dial("somebody", on: node)
        #expect(trial.wait(for: "E-EPMD-NOTREG at EPMD"))
        _ = try trial.finish()
        #expect(
            trial.output.contains("somebody") && !trial.output.contains("nobody") && !trial.output.contains(other.name))
        let told = try TraceTrial.replay(trial.recorded)
        #expect(told.standardOutput.contains("nobody") && told.standardOutput.contains("\(other.name) are connected"))
        #expect(told.standardError == "3 attempts: 1 connected, 2 failed (E-EPMD-NOTREG 2)\n")
    }

    /// The deadline is for the way to the node, not for the trace.
    @Test func theDeadlineIsForTheWay() throws {
        let node = try ErlangNodeFixture()
        let trial = try TraceTrial(node, ["-o", "jsonl", "-t", "5s"])
        #expect(!eventually(within: 5.5) { trial.errors.contains("E-") })
        try Self.dial("nobody", on: node)
        #expect(trial.waitForResult())
        _ = try trial.finish()
        node.suspend()
        defer { node.resume() }
        let late = try CommandResult.of(
            BuiltProduct.tool, ["trace", "dist", "-t", "1s"] + TraceTrial.options(node),
            environment: NodeTool.scrubbed.merging(node.environment) { $1 })
        #expect(late.exitStatus == 75, "\(late.standardError)")
    }
}
