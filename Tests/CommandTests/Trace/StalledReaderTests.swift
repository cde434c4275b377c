import ErlcluTestSupport
import Foundation
import Testing

/// Whoever reads what `trace dist` writes may stand still: the trace goes on, and a signal ends it all the same.
@Suite(.waiting) struct StalledReaderTests {
    enum Stalled: String, CaseIterable { case recording, standardOutput }

    @Test(arguments: Stalled.allCases)
    func theTraceGoesOn(_ stalled: Stalled) throws {
        let node = try ErlangNodeFixture()
        let before = try NodeTraces(on: node)
        let reader = try NarrowPipe()
        reader.fill()
        let tool = try Self.start(node, stalled, reader)
        let during = try Self.tracers(on: node)
        #expect(during != "[]")
        try Self.dial("nobody", on: node)
        // The node would end it after three seconds of silence.
        #expect(try !eventually(within: 4.5) { try Self.tracers(on: node) != during }, "\(tool.standardError)")
        // And what came meanwhile is told as soon as somebody reads.
        let last = stalled == .recording ? #""event":"ended""# : "erlclu/attempt/1"
        #expect(eventually(within: 20) { reader.taken.contains(last) }, "\(reader.taken)")
        tool.signal(SIGINT)
        let result = try tool.wait(within: 20)
        #expect(result.exitStatus == 130, "\(result.standardError)")
        #expect(result.standardError.hasSuffix("1 attempt: 0 connected, 1 failed (E-EPMD-NOTREG 1)\n"))
        #expect(try eventually { try NodeTraces(on: node) == before })
    }

    @Test(arguments: Stalled.allCases, [SIGINT, SIGTERM])
    func aSignalEndsIt(_ stalled: Stalled, _ number: Int32) throws {
        let node = try ErlangNodeFixture()
        let before = try NodeTraces(on: node)
        let reader = try NarrowPipe()
        reader.fill()
        let tool = try Self.start(node, stalled, reader)
        try Self.dial("nobody", on: node)
        tool.signal(number)
        let result = try tool.wait(within: 20)
        #expect(result.exitStatus == 74, "\(result.standardError)")
        let said = result.standardOutput + result.standardError
        #expect(said.contains("its reader takes nothing"), "\(said)")
        #expect(try eventually { try NodeTraces(on: node) == before })
    }

    /// What cannot be written is not taken for written.
    @Test func aFullDiskIsTold() throws {
        let node = try ErlangNodeFixture()
        let tool = try ChildProcess(
            BuiltProduct.tool, ["trace", "dist", "--record", "/dev/full"] + TraceTrial.options(node),
            environment: NodeTool.scrubbed.merging(node.environment) { $1 })
        #expect(tool.waitForOutput(containing: "tracing ", onError: true))
        try Self.dial("nobody", on: node)
        let result = try tool.wait(within: 20)
        #expect(result.exitStatus == 74)
        #expect(
            result.standardError.contains("/dev/full: No space left on device; the recording ends early"),
            "\(result.standardError)")
    }

    /// The processes that trace there.
    private static func tracers(on node: ErlangNodeFixture) throws -> String {
        try node.evaluate(
            "[P || P <- processes(), process_info(P, initial_call) =:= {initial_call, {erl_eval, exprs, 3}}]")
    }

    private static func start(
        _ node: ErlangNodeFixture, _ stalled: Stalled, _ reader: NarrowPipe
    ) throws -> ChildProcess {
        var arguments = try ["trace", "dist", "--silence", "3s", "-o", "jsonl"] + TraceTrial.options(node)
        var descriptors: [(Int32, Int32)] = []
        switch stalled {
        case .recording: arguments += ["--record", reader.path]
        case .standardOutput: descriptors = [(try reader.writingEnd(), STDOUT_FILENO)]
        }
        defer { for (own, _) in descriptors { close(own) } }
        let tool = try ChildProcess(
            BuiltProduct.tool, arguments, environment: NodeTool.scrubbed.merging(node.environment) { $1 },
            descriptors: descriptors)
        guard tool.waitForOutput(containing: "tracing ", onError: true) else {
            throw FixtureFailure("no trace: \(tool.standardError)")
        }
        return tool
    }

    private static func dial(_ name: String, on node: ErlangNodeFixture) throws {
        try node.evaluate("net_kernel:connect_node('\(name)@127.0.0.1')")
    }
}
