import ErlcluTestSupport
import Foundation
import Testing

/// `doctor --all` where not all is as it should be: an entry that is hidden, members that hang.
@Suite(.waiting) struct MeshTests {
    /// What `-o json` says of one way.
    private struct Way: Equatable, CustomStringConvertible {
        var from: String
        var to: String
        var result: String
        var code: String?
        var message: String?

        var description: String { "\(from) -> \(to): \(result) \(code ?? "") \(message ?? "")" }
    }

    private func ways(_ result: CommandResult) throws -> [Way] {
        let document = try #require(
            JSONSerialization.jsonObject(with: Data(result.standardOutputBytes)) as? [String: Any])
        return try #require(document["items"] as? [[String: Any]]).map { item in
            Way(
                from: try #require(item["from"] as? String), to: try #require(item["to"] as? String),
                result: try #require(item["result"] as? String), code: item["code"] as? String,
                message: item["message"] as? String)
        }
    }

    private func bothWays(_ one: ErlangNodeFixture, _ other: ErlangNodeFixture) -> Set<[String]> {
        [[one.name, other.name], [other.name, one.name]]
    }

    /// Connected to each other, without `global`'s own cures, which would come between.
    private func mesh(_ count: Int, _ release: OTPRelease = .host) throws -> [ErlangNodeFixture] {
        let nodes = try (0..<count).map { _ in
            try ErlangNodeFixture(release: release, arguments: ["-connect_all", "false"])
        }
        for (index, node) in nodes.enumerated() {
            for other in nodes[(index + 1)...] { try node.evaluate("net_kernel:connect_node('\(other.name)')") }
        }
        return nodes
    }

    /// Another that is hidden, as one for monitoring is, with links to all of them.
    private func hidden(beside nodes: [ErlangNodeFixture], _ release: OTPRelease = .host) throws -> ErlangNodeFixture {
        let node = try ErlangNodeFixture(release: release, arguments: ["-hidden"])
        for other in nodes { try node.evaluate("net_kernel:connect_node('\(other.name)')") }
        return node
    }

    /// Its own links are hidden ones, and it is none of the mesh.
    @Test(arguments: OTPRelease.available) func goesThroughAHiddenNode(release: OTPRelease) throws {
        let nodes = try mesh(3, release)
        let entry = try hidden(beside: nodes, release)
        let command = try FailedCommand.to(entry, ["doctor", "--all"])
        let well = try command.start(["-o", "json"]).wait(within: 40)
        let before = try ways(well)
        #expect(before.count == 6 && before.allSatisfy { $0.result == "up" }, "\(well.standardOutput)")
        #expect(!before.contains { $0.from == entry.name || $0.to == entry.name })
        #expect(well.exitStatus == 0)

        try nodes[0].evaluate("erlang:disconnect_node('\(nodes[1].name)')")
        #expect(try eventually { try nodes[1].evaluate("length(nodes())") == "1" })
        let parted = try command.start(["-o", "json"]).wait(within: 40)
        let down = try ways(parted).filter { $0.result == "down" }
        #expect(
            Set(down.map { [$0.from, $0.to] }) == [[nodes[0].name, nodes[1].name], [nodes[1].name, nodes[0].name]])
        #expect(parted.exitStatus == 1, "\(parted.standardOutput)")

        let mended = try FailedCommand.to(entry, ["doctor", "--all", "--connect"]).start(["-o", "json"])
            .wait(within: 40)
        let after = try ways(mended)
        #expect(after.count { $0.result == "up" } == 4 && after.count { $0.result == "made" } == 2, "\(after)")
        #expect(mended.exitStatus == 0)
    }

    /// Everybody else tells of it; what it would say itself nobody knows, and it costs a part of the time only.
    @Test(arguments: [false, true]) func tellsWhoHangs(throughAHiddenNode: Bool) throws {
        let nodes = try mesh(3)
        let entry = throughAHiddenNode ? try hidden(beside: nodes) : nodes[0]
        nodes[2].suspend()
        let command = try FailedCommand.to(entry, ["doctor", "--all"])
        let running = try command.start(["-o", "json"])
        let shown = try command.start().wait(within: 40)
        let result = try running.wait(within: 40)
        let all = try ways(result)
        #expect(all.count == 6, "\(result.standardOutput)")
        for way in all {
            let hangs = way.from == nodes[2].name
            #expect(way.result == (hangs ? "unknown" : "up") && way.code == (hangs ? "E-TIMEOUT" : nil), "\(way)")
        }
        #expect(result.exitStatus == 1)
        #expect(
            shown.standardOutput.contains("\(nodes[2].name) -> all: ?: \(nodes[2].name) did not answer its neighbour"),
            "\(shown.standardOutput)")
        #expect(shown.standardOutput.contains("2 of 6 pairs are not connected, or nobody can tell"))
        // A part of the 20 s, so that the others have time to look at each other.
        #expect(result.seconds < 18 && shown.seconds < 18, "\(result.seconds) s, \(shown.seconds) s")
    }

    /// Of those that do not hang all is told.
    @Test func looksAtTheOthersWhileOneHangs() throws {
        let nodes = try mesh(4)
        try nodes[1].evaluate("erlang:set_cookie('\(nodes[2].name)', another)")
        try nodes[2].evaluate("erlang:set_cookie('\(nodes[1].name)', different)")
        try nodes[1].evaluate("erlang:disconnect_node('\(nodes[2].name)')")
        #expect(try eventually { try nodes[2].evaluate("length(nodes())") == "2" })
        nodes[3].suspend()
        let result = try FailedCommand.to(nodes[0], ["doctor", "--all", "--connect"]).start(["-o", "json"])
            .wait(within: 40)
        let all = try ways(result)
        let broken = all.filter { $0.result == "failed" }
        #expect(
            Set(broken.map { [$0.from, $0.to] }) == [[nodes[1].name, nodes[2].name], [nodes[2].name, nodes[1].name]])
        #expect(broken.allSatisfy { $0.code == "E-COOKIE" }, "\(result.standardOutput)")
        #expect(all.count { $0.result == "unknown" } == 3 && all.count { $0.result == "up" } == 7, "\(all)")
        #expect(result.exitStatus == 1)
    }

    /// A hidden node knows of it, and no visible one: is it of the mesh?
    @Test func namesWhomItLeavesOut() throws {
        let nodes = try mesh(2)
        let entry = try hidden(beside: nodes)
        try nodes[0].evaluate("erlang:disconnect_node('\(nodes[1].name)')")
        #expect(try eventually { try nodes[1].evaluate("length(nodes())") == "0" })
        nodes[1].suspend()
        let result = try FailedCommand.to(entry, ["doctor", "--all"]).start().wait(within: 40)
        let note = "left out, as nobody reports whether they are hidden nodes: \(nodes[1].name)"
        #expect(result.standardOutput.contains(note), "\(result.standardOutput)")
    }
}
