import ErlcluTestSupport
import Foundation
import Testing

/// A command that runs for long keeps its size and its links, and leaves nothing on the node.
@Suite(.waiting, .enabled(if: SoakTime.seconds != nil, "only in make soak")) struct LongRunSoakTests {
    /// A resident set that grows by more than this after the first tenth of the time is a leak.
    private static let growthLimit = 4 << 20

    /// A trace and a watch of the members, while other nodes come and go all the time.
    @Test(arguments: OTPRelease.available)
    func aTraceAndAWatchStayAsTheyAre(_ release: OTPRelease) throws {
        let seconds = try #require(SoakTime.seconds)
        let node = try ErlangNodeFixture(release: release, arguments: ["-kernel", "net_ticktime", "8"])
        let visitor = try ErlangNodeFixture(release: release, arguments: ["-hidden"])
        let tool = try NodeTool(node)
        let inventory = try NodeInventory(of: node)
        let trace = try tool.start("trace", "dist", "-o", "jsonl")
        let watch = try tool.start("members", "-w", "-o", "jsonl")
        #expect(trace.waitForOutput(containing: "tracing", onError: true), "\(trace.standardError)")
        #expect(watch.waitForOutput(containing: node.name), "\(watch.standardError)")
        let visits = try Self.visit(node, from: visitor, for: seconds)
        let early = try Self.memory(of: [trace, watch], after: seconds / 10)
        let atoms = try node.evaluate("erlang:system_info(atom_count)")
        #expect(try eventually(within: seconds + 60) { try visitor.evaluate(visits) != "undefined" })
        let late = try Self.memory(of: [trace, watch], after: 0)
        for (before, after) in zip(early, late) {
            #expect(after - before < Self.growthLimit, "\(release): \(before) bytes, then \(after)")
        }
        #expect(trace.isRunning && watch.isRunning, "\(release)")
        #expect(!trace.standardError.contains("interrupted"), "\(release): \(trace.standardError)")
        trace.signal(SIGINT)
        watch.signal(SIGINT)
        #expect(try trace.wait().exitStatus == 130)
        #expect(try watch.wait().exitStatus == 130)
        let reported = trace.standardOutput.split(separator: "\n").count { $0.contains(#""result":"up""#) }
        let count = try #require(Int(try visitor.evaluate("element(2, \(visits))")))
        #expect(reported >= count, "\(release): \(reported) of \(count)")
        try inventory.expectNothingMore("\(release)")
        let more = try #require(Int(try node.evaluate("erlang:system_info(atom_count) - \(atoms)")))
        // Those of the expressions of this test.
        #expect(more < 20, "\(release): \(more) atoms")
    }

    /// A console that nobody types into keeps its link by ticks alone.
    @Test(arguments: OTPRelease.available)
    func aRestingConsoleKeepsItsLink(_ release: OTPRelease) throws {
        let seconds = try #require(SoakTime.seconds)
        let node = try ErlangNodeFixture(release: release, arguments: ["-kernel", "net_ticktime", "8"])
        let inventory = try NodeInventory(of: node)
        let console = try NodeTool(node).start("remote_console")
        console.send("Rest = 1 + 1.\n")
        #expect(console.waitForOutput(containing: "2"), "\(console.standardError)")
        let end = Deadline.after(seconds: seconds)
        // Half a second between two looks at a node that must not be disturbed.
        while !end.hasPassed, console.isRunning { usleep(500_000) }
        console.send("Rest + 40.\n")
        #expect(console.waitForOutput(containing: "42"), "\(release): \(console.standardError)")
        console.closeInput()
        #expect(try console.wait().exitStatus == 0)
        try inventory.expectNothingMore("\(release)")
    }

    /// Connects to `node` and disconnects again, ten times a second.
    /// - Returns: an expression of `visitor` that is `{ok, Count}` when it is over.
    private static func visit(
        _ node: ErlangNodeFixture, from visitor: ErlangNodeFixture, for seconds: Double
    ) throws -> String {
        try visitor.evaluate(
            """
            spawn(fun() ->
                End = erlang:monotonic_time(millisecond) + \(Int(seconds * 1000)),
                Go = fun Go(Count) ->
                    case erlang:monotonic_time(millisecond) < End of
                        true ->
                            true = net_kernel:connect_node('\(node.name)'),
                            timer:sleep(50),
                            erlang:disconnect_node('\(node.name)'),
                            timer:sleep(50),
                            Go(Count + 1);
                        false -> application:set_env(kernel, visits, Count)
                    end
                end,
                Go(0)
            end), ok
            """)
        return "application:get_env(kernel, visits)"
    }

    /// The resident sets, in bytes, once `seconds` have passed.
    private static func memory(of tools: [ChildProcess], after seconds: Double) throws -> [Int] {
        usleep(UInt32(seconds * 1_000_000))
        return try tools.map { tool in
            let status = try String(contentsOfFile: "/proc/\(tool.processIdentifier)/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
            return (Int(line.filter(\.isNumber)) ?? 0) << 10
        }
    }
}
