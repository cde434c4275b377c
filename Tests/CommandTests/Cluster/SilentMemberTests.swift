import ErlcluTestSupport
import Foundation
import Testing

/// One member hangs: the others are shown long before the deadline.
@Suite(.waiting) struct SilentMemberTests {
    private let nodes: [ErlangNodeFixture]

    init() throws {
        let nodes = try (0..<3).map { _ in try ErlangNodeFixture() }
        for node in nodes[1...] { try nodes[0].evaluate("net_kernel:connect_node('\(node.name)')") }
        for node in nodes { #expect(try eventually { try node.evaluate("length(nodes())") == "2" }) }
        nodes[2].suspend()
        self.nodes = nodes
    }

    @Test func theOthersDoNotWaitForTheDeadline() throws {
        let start = Date()
        let result = try NodeTool(nodes[0]).run("members", "-o", "json", "--timeout", "90s", within: 80)
        #expect(Date().timeIntervalSince(start) < 60)
        let states = try result.items.reduce(into: [String: String]()) { states, item in
            states[item["node"] as? String ?? ""] = item["state"] as? String
        }
        #expect(states == [nodes[0].name: "up", nodes[1].name: "up", nodes[2].name: "unreachable"])
        #expect(result.exitStatus == 2)
    }

    @Test func aWatchShowsWhomItWaitsFor() throws {
        let tool = try NodeTool(nodes[0])
        let screen = try TmuxScreen(
            tool.shellCommand("members", "-w"), size: TerminalSize(columns: 120, rows: 20),
            environment: tool.variables)
        defer { screen.stop() }
        let before = try screen.wait { $0.contains("waiting for \(nodes[2].name)") }
        #expect(before.satisfied, "\(before.screen)")
        let list = try screen.wait(within: 60) { $0.contains(" unreachable ") }
        #expect(list.satisfied, "\(list.screen)")
        // It is waited for in each look.
        let later = try screen.wait(within: 60) {
            $0.contains(" unreachable ") && $0.contains("waiting for \(nodes[2].name)")
        }
        #expect(later.satisfied, "\(later.screen)")
    }

    @Test func aTerminalShowsWhomItWaitsFor() throws {
        let tool = try NodeTool(nodes[0])
        let screen = try TmuxScreen(
            "\(tool.shellCommand("members", "--timeout", "90s")); echo status $?.",
            size: TerminalSize(columns: 120, rows: 20), environment: tool.variables)
        defer { screen.stop() }
        let before = try screen.wait { $0.contains("waiting for \(nodes[2].name)") }
        #expect(before.satisfied, "\(before.screen)")
        let after = try screen.wait(within: 60) { $0.contains("status 2.") }
        #expect(after.satisfied && !after.screen.contains("waiting for"), "\(after.screen)")
    }
}
