import ErlcluTestSupport
import Foundation
import Glibc
import Testing

/// `--timeout` holds whatever the tool is busy with, and no output takes all memory.
@Suite struct DeadlineTests {
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
}
