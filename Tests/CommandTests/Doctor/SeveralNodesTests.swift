import ErlcluTestSupport
import Foundation
import Testing

/// `doctor` of several nodes: those of a context, or those that are named.
@Suite(.waiting) struct SeveralNodesTests {
    private let well: ErlangNodeFixture
    private let gone = "gone\(getpid())@127.0.0.1"
    private let directory: TemporaryDirectory

    init() throws {
        well = try ErlangNodeFixture()
        directory = try TemporaryDirectory()
    }

    private func context(_ nodes: [String], _ words: [String]) throws -> FailedCommand {
        let names = nodes.map { "'\($0)'" }.joined(separator: ", ")
        let file = try directory.write(
            "{context, prod, [{nodes, [\(names)]}, {cookie, {file, \"\(try well.cookieFile())\"}}]}.",
            to: "erlclu.config")
        var command = FailedCommand(arguments: words + ["-c", "prod"], environment: well.environment)
        command.environment["ERLCLU_CONFIG"] = file
        return command
    }

    /// How each climb ended; what traces saw has a schema of its own.
    private func ends(_ result: CommandResult) throws -> [[String: Any]] {
        let lines = try result.standardOutput.split(separator: "\n").map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        return lines.filter { $0["schema"] as? String == "erlclu/doctor/1" && $0["event"] as? String == "ended" }
    }

    @Test func eachNodeOfAContextIsLookedAt() throws {
        let command = try context([gone, well.name], ["doctor"])
        let shown = try command.start().wait(within: 30)
        #expect(shown.standardOutput.hasPrefix("\(gone) over tcp\n"), "\(shown.standardOutput)")
        #expect(shown.standardOutput.contains("\n\n\(well.name) over tcp\n"), "\(shown.standardOutput)")
        #expect(shown.standardOutput.contains("E-EPMD-NOTREG at EPMD"))
        #expect(shown.standardOutput.contains("all rungs hold"))
        #expect(shown.exitStatus == 2)
        let ends = try ends(command.start(["-o", "jsonl"]).wait(within: 30))
        #expect(ends.map { $0["node"] as? String } == [gone, well.name])
        #expect(ends.map { $0["result"] as? String } == ["broken", "ok"])
    }

    /// With what the first leaves of the time the second one would seem to be at fault.
    @Test(arguments: [["--timeout", "12s"], []]) func oneThatHangsLeavesTheOthersTheirTime(limit: [String]) throws {
        let hung = try ErlangNodeFixture()
        hung.suspend()
        let command = try context([hung.name, gone, well.name], ["doctor"] + limit)
        let result = try command.start(["-o", "jsonl"]).wait(within: 60)
        let codes = try ends(result).map { ($0["broken"] as? [String: Any])?["code"] as? String }
        #expect(codes == ["E-SETUP-TIMEOUT", "E-EPMD-NOTREG", nil], "\(result.standardOutput)")
    }

    /// Any of them is a way into the cluster.
    @Test func allGoesOnToTheNextEntry() throws {
        let other = try ErlangNodeFixture()
        try well.evaluate("net_kernel:connect_node('\(other.name)')")
        let hung = try ErlangNodeFixture()
        hung.suspend()
        let result = try context([gone, hung.name, well.name], ["doctor", "--all"]).start().wait(within: 40)
        #expect(result.standardOutput.contains("every pair of the others is connected"), "\(result.standardOutput)")
        for (name, code) in [(gone, "E-EPMD-NOTREG"), (hung.name, "E-SETUP-TIMEOUT")] {
            #expect(result.standardOutput.contains("\(name) is left out: \(code) at "), "\(result.standardOutput)")
        }
        #expect(result.standardError.contains("trying the next one"), "\(result.standardError)")
        #expect(result.exitStatus == 0)
        let none = try context([gone, "x\(gone)"], ["doctor", "--all"]).start().wait(within: 40)
        #expect(none.standardError.contains("E-EPMD-NOTREG") && none.exitStatus == 69, "\(none.standardError)")
    }

    /// Every node that is named is accounted for: one that rejects us, one that is no part of it, one that is gone.
    @Test func allSaysWhatBecameOfEachNamedNode() throws {
        let member = try ErlangNodeFixture()
        try well.evaluate("net_kernel:connect_node('\(member.name)')")
        let stranger = try ErlangNodeFixture(cookie: "another_cookie")
        let island = try ErlangNodeFixture(arguments: ["-connect_all", "false"])
        func all(_ nodes: [String], _ more: [String] = []) throws -> CommandResult {
            var command = FailedCommand(
                arguments: ["doctor", "--all", "--cookie-file", try well.cookieFile()] + more,
                environment: well.environment)
            for node in nodes { command.arguments += ["-n", node] }
            return try command.start().wait(within: 60)
        }
        let rejected = try all([well.name, member.name, stranger.name])
        #expect(rejected.standardOutput.contains("\(stranger.name) is left out: E-COOKIE at ACK"), "\(rejected)")
        #expect(rejected.standardOutput.contains("every pair of the others is connected"), "\(rejected)")
        #expect(rejected.exitStatus == 2)
        let missing = try all([well.name, gone])
        #expect(missing.standardOutput.contains("\(gone) is left out: E-EPMD-NOTREG at EPMD"), "\(missing)")
        #expect(missing.exitStatus == 2)
        // It lets us in, and is connected to nobody: that is a pair that is not connected, and no cluster of its own.
        let apart = try all([well.name, island.name])
        #expect(apart.standardOutput.contains("4 of 6 pairs are not connected"), "\(apart)")
        #expect(apart.exitStatus == 1)
        #expect(try island.evaluate("nodes()") == "[]")
        let joined = try all([well.name, island.name], ["--connect"])
        #expect(joined.exitStatus == 0, "\(joined)")
        #expect(joined.standardOutput.contains("every pair is connected"), "\(joined)")
        let whole = try all([well.name, member.name])
        #expect(whole.exitStatus == 0 && !whole.standardOutput.contains("left out"), "\(whole)")
    }

    @Test func eachIsDialledFromAnother() throws {
        let other = try ErlangNodeFixture()
        let command = try context([other.name, gone, well.name], ["doctor", "--from", other.name])
        let ends = try ends(command.start(["-o", "jsonl"]).wait(within: 40))
        #expect(ends.map { $0["node"] as? String } == [gone, well.name])
        #expect(ends.map { $0["result"] as? String } == ["broken", "ok"])
        #expect(try other.evaluate("nodes()") == "['\(well.name)']")
    }
}
