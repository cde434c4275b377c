import ErlcluTestSupport
import Foundation
import Testing

/// Several nodes are named, and one that listens and never answers is the first of them.
@Suite(.waiting) struct HungNodeTests {
    private let hung: ErlangNodeFixture
    private let tool: NodeTool

    init() throws {
        hung = try ErlangNodeFixture(transport: .mutualTLS())
        let well = try ErlangNodeFixture(transport: .mutualTLS())
        var tool = try NodeTool(well)
        tool.options = ["-n", hung.name] + tool.options
        self.tool = tool
        hung.suspend()
    }

    /// With the deadline of one node the other one could not be asked any more.
    @Test func theOthersAreAsked() throws {
        let child = try tool.start("eval", "node()", "--timeout", "20s")
        #expect(child.waitForOutput(containing: tool.node.name))
        #expect(child.isRunning)
        child.terminate()
        let both = try tool.run("ping", "--timeout", "8s")
        #expect(both.standardOutput.contains("\(tool.node.name): pong"), "\(both.standardOutput)")
        #expect(both.standardError.contains("E-SETUP-TIMEOUT"), "\(both.standardError)")
        #expect(both.exitStatus == 2)
    }

    /// The nodes of a context are ways into one cluster; nobody ends one of them by chance.
    @Test func aContextGoesOnToTheNextOfItsNodes() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(
            "{context, prod, [{nodes, ['\(hung.name)', '\(tool.node.name)']}]}.", to: "erlclu.config")
        var tool = self.tool
        tool.options = ["-c", "prod"] + tool.options.dropFirst(4)
        tool.environment["ERLCLU_CONFIG"] = file
        let answer = try tool.run("eval", "node()", "--timeout", "20s")
        #expect(answer.standardOutput == "'\(tool.node.name)'\n", "\(answer.standardError)")
        let stop = try tool.run("stop")
        #expect(stop.exitStatus == 78)
        #expect(stop.standardError.contains("context prod has 2 nodes"), "\(stop.standardError)")
    }

    @Test func anotherOneLetsIn() throws {
        let members = try tool.run("members", "--timeout", "20s", "-o", "json")
        #expect(try members.items.contains { $0["node"] as? String == tool.node.name }, "\(members.standardError)")
        #expect(members.exitStatus == 0)
    }

    /// All are asked at once, and each answer is shown when it comes.
    @Test(arguments: ["table", "jsonl"]) func anAnswerIsShownWhileAnotherNodeEvaluates(format: String) throws {
        let (first, second) = (try ErlangNodeFixture(), try ErlangNodeFixture())
        let command = try FailedCommand.to(
            first,
            ["eval", Self.wait(on: first), "-n", second.name, "--timeout", "60s", "-o", format])
        let child = try command.start()
        #expect(child.waitForOutput(containing: second.name))
        #expect(try eventually { try first.evaluate("is_pid(whereis(waiting))") == "true" })
        #expect(child.isRunning)
        try first.evaluate("waiting ! go, ok")
        let result = try child.wait(within: 60)
        #expect(result.standardOutput.contains("went"), "\(result.standardOutput) \(result.standardError)")
        #expect(result.exitStatus == 0)
    }

    /// One that does not answer in time costs its own answer only, and what it evaluates is killed.
    @Test func aNodeThatDoesNotAnswerCostsItsOwnAnswerOnly() throws {
        let (first, second) = (try ErlangNodeFixture(), try ErlangNodeFixture())
        let result = try FailedCommand.to(
            first, ["eval", Self.wait(on: first), "-n", second.name, "--timeout", "5s"]
        ).start().wait(within: 60)
        #expect(result.standardOutput.contains("\(second.name): '\(second.name)'"), "\(result.standardOutput)")
        #expect(result.standardError.contains("E-TIMEOUT"), "\(result.standardError)")
        #expect(!result.standardError.contains("\(second.name) is up"), "\(result.standardError)")
        #expect(result.exitStatus == 2)
        #expect(try eventually { try first.evaluate("whereis(waiting)") == "undefined" })
    }

    private static func wait(on node: ErlangNodeFixture) -> String {
        "case node() of '\(node.name)' -> register(waiting, self()), receive go -> went end; _ -> node() end"
    }
}
