import ErlcluTestSupport
import Foundation
import Testing

/// `doctor` of several nodes: those of a context, or those that are named.
@Suite struct SeveralNodesTests {
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
        #expect(result.standardOutput.contains("every pair is connected"), "\(result.standardOutput)")
        #expect(result.standardError.contains("trying the next one"), "\(result.standardError)")
        #expect(result.exitStatus == 0)
        let none = try context([gone, "x\(gone)"], ["doctor", "--all"]).start().wait(within: 40)
        #expect(none.standardError.contains("E-EPMD-NOTREG") && none.exitStatus == 69, "\(none.standardError)")
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
