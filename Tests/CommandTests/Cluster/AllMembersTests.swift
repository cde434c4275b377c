import ErlcluTestSupport
import Foundation
import Testing

/// `eval --all`.
@Suite(.waiting) struct AllMembersTests {
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

    /// The last in the alphabet has answered long before the first.
    @Test func answersAreInTheOrderOfNames() throws {
        let nodes = try cluster(of: 3)
        let names = nodes.map(\.name).sorted()
        let tool = try NodeTool(nodes[0])
        let expression = "case node() of '\(names[0])' -> timer:sleep(300); _ -> ok end, here"
        for format in ["table", "jsonl"] {
            let result = try tool.run("eval", "--all", "-o", format, expression)
            let order = result.standardOutput.split(separator: "\n").compactMap { line in
                names.firstIndex { line.contains($0) }
            }
            #expect(order == [0, 1, 2], "\(result.standardOutput)")
        }
    }

    /// One hidden node beside it, and a member that the node which asks is not connected to.
    @Test func whoIsNotAskedIsSaid() throws {
        let nodes = try cluster(of: 2)
        let hidden = try ErlangNodeFixture(arguments: ["-hidden"])
        let far = try ErlangNodeFixture(arguments: ["-connect_all", "false"])
        try hidden.evaluate("net_kernel:connect_node('\(nodes[0].name)')")
        let tool = try NodeTool(nodes[0])
        let whole = try tool.run("eval", "--all", "ok")
        #expect(whole.exitStatus == 0)
        #expect(whole.standardError.contains("not asked, as hidden nodes: \(hidden.name)\n"), "\(whole.standardError)")
        #expect(try tool.run("eval", "--all", "-q", "ok").standardError.isEmpty)

        try nodes[1].evaluate("application:set_env(kernel, connect_all, false)")
        try nodes[1].evaluate("erlang:send({x, '\(far.name)'}, x)")
        guard try eventually({ try nodes[1].evaluate("lists:member('\(far.name)', nodes())") == "true" }),
            try nodes[0].evaluate("lists:member('\(far.name)', nodes())") == "false"
        else { return }
        let part = try tool.run("eval", "--all", "-o", "json", "ok")
        #expect(part.exitStatus == 2)
        #expect(try part.errors.map { $0["node"] as? String } == [far.name], "\(part.standardOutput)")
    }

    @Test func otherVerbsAskAllAsWell() throws {
        let nodes = try cluster(of: 3)
        let names = nodes.map(\.name).sorted()
        let tool = try NodeTool(nodes[1])
        let ping = try tool.run("ping", "--all")
        #expect(ping.standardOutput == names.map { "\($0): pong\n" }.joined(), "\(ping.standardError)")
        let version = try tool.run("version", "--all")
        #expect(version.standardOutput.split(separator: "\n").count == 3)
        #expect(zip(version.standardOutput.split(separator: "\n"), names).allSatisfy { $0.hasPrefix("\($1): OTP ") })
        let items = try tool.run("status", "--all", "-o", "json").items
        #expect(items.map { $0["node"] as? String } == names)
        #expect(try tool.run("stop", "--all").exitStatus == 64)
        #expect(try nodes[2].evaluate("node()") == "'\(nodes[2].name)'")
    }

    /// What is held back for the order is not lost with the node that asks.
    @Test func answersAreShownWhenTheEntryIsLost() throws {
        let nodes = try cluster(of: 3).sorted { $0.name < $1.name }
        // The entry ends two seconds after the others have begun to answer.
        let wait =
            "(fun W() -> [] =:= [N || N <- nodes(), rpc:call(N, erlang, whereis, [answering]) =:= undefined] orelse begin timer:sleep(20), W() end end)()"
        let expression =
            "case node() of '\(nodes[1].name)' -> \(wait), timer:sleep(2000), halt(); "
            + "N -> register(answering, spawn(timer, sleep, [60000])), N end"
        let result = try NodeTool(nodes[1]).run("eval", "--all", expression)
        #expect(result.exitStatus == 69 || result.exitStatus == 2, "\(result.standardError)")
        for node in [nodes[0], nodes[2]] {
            #expect(result.standardOutput.contains("\(node.name): '\(node.name)'"), "\(result.standardOutput)")
        }
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
