import ErlcluTestSupport
import Foundation
import Testing

/// `mesh` and `partitions` of real nodes, which connect to those only that they are asked to.
@Suite struct MeshLinkTests {
    private let nodes: [ErlangNodeFixture]

    init() throws {
        let arguments = ["-connect_all", "false", "-kernel", "dist_auto_connect", "never"]
        nodes = try (0..<3).map { _ in try ErlangNodeFixture(arguments: arguments) }.sorted { $0.name < $1.name }
    }

    private func connect(_ first: Int, _ second: Int) throws {
        #expect(try nodes[first].evaluate("net_kernel:connect_node('\(nodes[second].name)')") == "true")
        #expect(try eventually { try nodes[second].evaluate("nodes(connected)").contains(nodes[first].name) })
    }

    @Test func aMissingLinkAndAPartition() throws {
        let tool = try NodeTool(nodes[0])
        let names = nodes.map(\.name)
        // Each is alone, and knows of nobody.
        #expect(try tool.run("partitions", "-o", "json").exitStatus == 0)
        let both = try tool.run("partitions", "-o", "json", "-n", names[1])
        #expect(both.exitStatus == 1, "\(both.standardError)")
        #expect(try both.items.map { $0["nodes"] as? [String] } == [[names[0]], [names[1]]])

        try connect(0, 1)
        try connect(0, 2)
        let torn = try tool.run("mesh", "-o", "json")
        #expect(torn.exitStatus == 0, "\(torn.standardError)")
        #expect(try torn.items.map { $0["state"] as? String } == ["ok", "ok", "missing"])
        #expect(try torn.items.last?["from"] as? String == names[1])
        #expect(try torn.items.last?["confirmed"] as? Bool == true)
        #expect(try tool.run("partitions").exitStatus == 1)
        // Nobody has connected for it.
        #expect(try nodes[1].evaluate("nodes()") == "['\(names[0])']")

        let watch = try tool.start("mesh", "-w", "-o", "jsonl")
        let missing = "\"missing\",\"from\":\"\(names[1])\",\"to\":\"\(names[2])\""
        #expect(watch.waitForOutput(containing: missing), "\(watch.standardOutput)")
        try connect(1, 2)
        #expect(watch.waitForOutput(containing: "\"ok\",\"from\":\"\(names[1])\",\"to\":\"\(names[2])\""))
        watch.terminate()
        let whole = try tool.run("partitions")
        #expect(whole.exitStatus == 0, "\(whole.standardOutput)")
        #expect(whole.standardOutput.contains(names.joined(separator: ", ")))
    }
}
