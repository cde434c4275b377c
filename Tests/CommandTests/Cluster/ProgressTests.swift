import ErlcluTestSupport
import Foundation
import Testing

/// How far long work is: on a real terminal, and nowhere else.
@Suite(.waiting) struct ProgressTests {
    private func cluster(of count: Int) throws -> [ErlangNodeFixture] {
        let nodes = try (0..<count).map { _ in try ErlangNodeFixture() }
        for node in nodes[1...] { try nodes[0].evaluate("net_kernel:connect_node('\(node.name)')") }
        for node in nodes { #expect(try eventually { try node.evaluate("length(nodes())") == "\(count - 1)" }) }
        return nodes
    }

    private func waiting(at node: ErlangNodeFixture) -> String {
        "case node() of '\(node.name)' -> register(slow, self()), receive go -> late end; _ -> soon end"
    }

    @Test func evalCountsTheAnswers() throws {
        // Answers are in the order of names.
        let nodes = try cluster(of: 3).sorted { $0.name < $1.name }
        let tool = try NodeTool(nodes[0])
        let screen = try TmuxScreen(
            "\(tool.shellCommand("eval", "--all", waiting(at: nodes[2]))); echo status $?.",
            size: TerminalSize(columns: 100, rows: 12), environment: tool.variables)
        defer { screen.stop() }
        let before = try screen.wait { $0.contains("2 of 3 nodes have answered") }
        #expect(before.satisfied, "\(before.screen)")
        #expect(before.screen.contains("\(nodes[0].name): soon"), "\(before.screen)")
        try nodes[2].evaluate("slow ! go")
        let after = try screen.wait { $0.contains("status 0.") }
        #expect(after.satisfied && !after.screen.contains("have answered"), "\(after.screen)")
        #expect(after.screen.contains("\(nodes[2].name): late\nstatus 0."), "\(after.screen)")
    }

    @Test func scriptsAreNotTold() throws {
        let nodes = try cluster(of: 2)
        let child = try NodeTool(nodes[0]).start("eval", "--all", waiting(at: nodes[1]))
        #expect(child.waitForOutput(containing: "soon"))
        #expect(try eventually { try nodes[1].evaluate("is_pid(whereis(slow))") == "true" })
        // On a terminal there would be something by then.
        try nodes[1].evaluate("timer:sleep(500), slow ! go")
        let result = try child.wait()
        #expect(result.exitStatus == 0 && result.standardError.isEmpty, "\(result.standardError)")
    }

    /// A member that hangs keeps us waiting while it is asked who it is.
    @Test func doctorSaysWhatItWaitsFor() throws {
        let nodes = try cluster(of: 3)
        nodes[2].suspend()
        let tool = try NodeTool(nodes[0])
        let screen = try TmuxScreen(
            "\(tool.shellCommand("doctor", "--all")); echo status $?.", size: TerminalSize(columns: 120, rows: 30),
            environment: tool.variables)
        defer { screen.stop() }
        let before = try screen.wait { $0.contains("asking the members who they are") }
        #expect(before.satisfied, "\(before.screen)")
        let after = try screen.wait(within: 40) { $0.contains("status 1.") }
        #expect(after.satisfied && !after.screen.contains("asking the members"), "\(after.screen)")
    }
}
