import ErlcluTestSupport
import Foundation
import Testing

/// `eval --all`.
@Suite struct AllMembersTests {
    @Test func answersAreLabelledAndComeFromAll() throws {
        let nodes = try cluster(of: 3)
        let tool = try NodeTool(nodes[0])
        let result = try tool.run("eval", "--all", "io:put_chars(\"one\\ntwo\"), node()")
        let lines = Set(result.standardOutput.split(separator: "\n").map(String.init))
        #expect(result.exitStatus == 0, "\(result.standardError)")
        #expect(
            lines == Set(nodes.flatMap { ["\($0.name)| one", "\($0.name)| two", "\($0.name): '\($0.name)'"] }))

        let items = try tool.run("eval", "--all", "-o", "json", "{node(), 1}").items
        #expect(Set(items.map { $0["node"] as? String }) == Set(nodes.map(\.name)))
        #expect(items.allSatisfy { ($0["value"] as? [Any])?.count == 2 })
    }

    @Test func oneThatDiesMakesItPartial() throws {
        let nodes = try cluster(of: 3)
        let child = try NodeTool(nodes[0]).start(
            "eval", "--all", "-o", "json", "register(eval_all, self()), receive go -> fine end")
        for node in nodes {
            #expect(try eventually { try node.evaluate("whereis(eval_all)") != "undefined" })
        }
        nodes[2].stop()
        for node in nodes[..<2] { try node.evaluate("eval_all ! go") }
        let result = try child.wait()
        #expect(result.exitStatus == 2)
        #expect(Set(try result.items.map { $0["node"] as? String }) == Set(nodes[..<2].map(\.name)))
        #expect(try result.items.allSatisfy { $0["value"] as? String == "fine" })
        #expect(try result.errors.map { $0["node"] as? String } == [nodes[2].name], "\(result.standardOutput)")
    }

    /// The one that we are connected to has no neighbour to answer.
    @Test func whoIsLateIsTold() throws {
        let nodes = try cluster(of: 2)
        let result = try NodeTool(nodes[0]).run(
            "eval", "--all", "-o", "json", "--timeout", "15s", "receive never -> ok end")
        let messages = Dictionary(
            uniqueKeysWithValues: try result.errors.map { ($0["node"] as? String ?? "", $0["message"] as? String) })
        #expect(
            messages == [
                nodes[0].name: "\(nodes[0].name) was not done in time",
                nodes[1].name: "\(nodes[1].name) did not answer its neighbour in time",
            ], "\(result.standardOutput)\(result.standardError)")
    }

    /// Each raises its own; the others' answers stand.
    @Test func exceptionsAreLabelled() throws {
        let nodes = try cluster(of: 2)
        let result = try NodeTool(nodes[0]).run(
            "eval", "--all", "case node() of '\(nodes[1].name)' -> error(no); _ -> yes end")
        #expect(result.exitStatus == 2)
        #expect(result.standardOutput == "\(nodes[0].name): yes\n")
        #expect(result.standardError.contains("\(nodes[1].name): ** exception error: no"))
    }

    private func cluster(of count: Int) throws -> [ErlangNodeFixture] {
        let nodes = try (0..<count).map { _ in try ErlangNodeFixture() }
        for node in nodes.dropFirst() {
            #expect(try nodes[0].evaluate("net_kernel:connect_node('\(node.name)')") == "true")
        }
        for node in nodes {
            #expect(try eventually { try node.evaluate("length(nodes())") == "\(count - 1)" })
        }
        return nodes
    }
}
