import ErlcluTestSupport
import Foundation
import Glibc
import Testing

/// `--timeout` holds whatever the tool is busy with, and no output takes all memory.
@Suite(.waiting) struct DeadlineTests {
    private static let node = Result { try ErlangNodeFixture() }

    /// Decimal digits of these take long: several seconds in a release, minutes in a debug build.
    @Test(arguments: ["table", "json", "term"]) func printingEndsWithTheTime(format: String) throws {
        let start = Date()
        let result = try NodeTool(Self.node.get()).run(
            "eval", "-o", format, "-t", "4s", "lists:duplicate(400, 1 bsl (8 bsl 16))", within: 100)
        #expect(result.exitStatus == 75)
        #expect(result.standardError.contains("E-TIMEOUT") || result.standardOutput.contains("E-TIMEOUT"))
        #expect(Date().timeIntervalSince(start) < 60)
    }

    @Test func aFIFOThatNobodyWritesToIsNotWaitedFor() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/fifo"
        #expect(mkfifo(path, 0o600) == 0)
        let result = try NodeTool(Self.node.get()).run("eval", "-t", "1s", "-f", path)
        #expect(result.exitStatus == 75)
        #expect(result.standardError.contains("\(path): the deadline passed before its end"), "\(result.standardError)")
    }

    @Test func standardInputIsNotWaitedForBeyondTheDeadline() throws {
        let child = try NodeTool(Self.node.get()).start("eval", "-t", "1s", "-")
        let result = try child.wait()
        #expect(result.exitStatus == 75)
        #expect(result.standardError.contains("standard input: the deadline passed"), "\(result.standardError)")
    }

    @Test func aFIFOIsReadToItsEnd() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/fifo"
        #expect(mkfifo(path, 0o600) == 0)
        let child = try NodeTool(Self.node.get()).start("eval", "-t", "60s", "-f", path)
        // It opens when both ends are there.
        let end = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try end.write(contentsOf: Data("1 +".utf8))
        try end.write(contentsOf: Data(" 41.".utf8))
        try end.close()
        #expect(try child.wait().standardOutput == "42\n")
    }

    /// A document has the output behind the value, and keeps the beginning of it only.
    @Test func outputInADocumentHasABound() throws {
        let written = 40_000_000
        let child = try NodeTool(Self.node.get()).start(
            "eval", "-o", "json", "-t", "90s",
            "[io:put_chars(binary:copy(<<\"x\">>, 100000)) || _ <- lists:seq(1, \(written / 100_000))], done")
        let memory = PeakMemory(of: child)
        child.closeInput()
        let result = try child.wait(within: 90)
        let item = try #require(try result.items.first)
        let kept = (item["output"] as? String)?.utf8.count ?? 0
        #expect(kept == 8 << 20)
        #expect(item["output_bytes_cut"] as? Int == written - kept)
        #expect(result.standardError.contains("are cut"), "\(result.standardError)")
        #expect(result.exitStatus == 0)
        #if DEBUG
            #expect(memory.bytes < 160 << 20)
        #else
            #expect(memory.bytes < 64 << 20)
        #endif
    }

    /// What was written before a failure is kept, as it is in the other formats.
    @Test(arguments: ["io:put_chars(\"before\"), 1/0.", "io:put_chars(\"before\"), timer:sleep(60000)."])
    func outputBeforeAFailureIsInTheDocument(expression: String) throws {
        let result = try NodeTool(Self.node.get()).run("eval", "-o", "json", "-t", "2s", expression)
        let items = try result.items
        #expect(items.count == 1 && items.first?["output"] as? String == "before", "\(result.standardOutput)")
        #expect(items.first?["value"] == nil)
        #expect(result.standardOutput.contains("\"errors\":[{"), "\(result.standardOutput)")
    }

    /// The reader takes nothing: a time that was typed ends the command all the same.
    @Test(arguments: ["1.", "lists:duplicate(1000000, $x).", "fun F() -> io:put_chars(\"xxxxxxxxx\\n\"), F() end()."])
    func aReaderThatTakesNothingIsNotWaitedForBeyondTheDeadline(expression: String) throws {
        let reader = try NarrowPipe()
        let end = try reader.writingEnd()
        defer { close(end) }
        let tool = try NodeTool(Self.node.get())
        reader.fill()
        let child = try ChildProcess(
            BuiltProduct.tool, ["eval"] + tool.options + ["-t", "2s", expression], environment: tool.environment,
            descriptors: [(end, STDOUT_FILENO)])
        let status = try child.wait(within: 30).exitStatus
        #expect(status == 74 || status == 75, "\(String(describing: status))")
        #expect(try eventually { try Self.node.get().evaluate("nodes(hidden)") == "[]" })
    }

    /// A full disk ends what would go on, here and on the node.
    @Test func aFullDiskEndsTheCommand() throws {
        let tool = try NodeTool(Self.node.get())
        let expression = "register(full_disk, self()), fun F() -> io:put_chars(\"xxxxxxxxx\\n\"), F() end()."
        let script = tool.shellCommand("eval", "-t", "infinity", expression) + " >/dev/full; echo \"status $?\""
        let result = try CommandResult.of("bash", ["-c", script], environment: tool.environment, within: 30)
        #expect(result.standardOutput == "status 74\n", "\(result.standardError)")
        #expect(try eventually { try Self.node.get().evaluate("whereis(full_disk)") == "undefined" })
    }
}
