import ErlcluTestSupport
import Foundation
import Glibc
import Testing

/// A large value to a reader that stands still: it takes its own size in memory, whatever the form, and the link stays.
@Suite(.waiting) struct LargeValueTests {
    private static let node = Result { try ErlangNodeFixture() }
    private static let size = 4_000_000
    private static let count = 200_000
    /// More than a pipe takes, so that here, too, the tool waits for its reader.
    private static let small = 200_000

    private static func copies(_ size: Int, of byte: Int = 1) -> String { "binary:copy(<<\(byte)>>, \(size))" }

    private static func deep(_ size: Int) -> String {
        "lists:foldl(fun(_, Deep) -> [Deep] end, \(copies(size)), lists:seq(1, 500))"
    }

    static let values: [(format: String, large: String, small: String, bytes: Int)] = [
        // Of one byte, six of JSON, or two of text, are made.
        ("table", copies(size), copies(small), 2 * size), ("raw", copies(size), copies(small), size),
        ("term", copies(size), copies(small), 2 * size), ("json", copies(size), copies(small), 6 * size),
        ("jsonl", copies(size, of: 255), copies(small, of: 255), size / 3 * 4),
        ("json", "lists:duplicate(\(count), 7)", copies(small), 2 * count),
        ("table", "lists:duplicate(\(count), 7)", copies(small), 2 * count),
        ("json", deep(size), deep(small), 6 * size),
    ]

    /// Compared with a small value of the same form. Whoever keeps its text as well, or keeps it twice, takes more than
    /// twice its size.
    @Test(arguments: values) func takesItsOwnSize(format: String, large: String, small: String, bytes: Int) throws {
        let tool = try NodeTool(Self.node.get())
        let base = try SlowReader(tool, "eval", "-o", format, small)
        let reader = try SlowReader(tool, "eval", "-o", format, large)
        #expect(try base.waitForRest() && reader.waitForRest())
        let (usual, peak) = (try base.peakMemory(), try reader.peakMemory())
        #expect(peak - usual < 2 * Self.size, "\(usual >> 10) KiB, \(peak >> 10) KiB")
        #expect(try base.finish().errors == "status 0.")
        let (count, errors) = try reader.finish()
        #expect((count ?? 0) >= bytes - 1)
        #expect(errors == "status 0.")
    }

    @Test func theNodeKeepsTheLink() throws {
        let node = try ErlangNodeFixture(arguments: ["-kernel", "net_ticktime", "4"])
        let reader = try SlowReader(NodeTool(node), "eval", "-o", "json", Self.copies(Self.size))
        #expect(reader.waitForStart())
        // The time itself must pass: in it the node would drop a silent link.
        let pause = Deadline.after(seconds: 6)
        #expect(eventually(within: 20) { pause.hasPassed })
        #expect(try node.evaluate("length(nodes(hidden))") == "1", "\(node.log)")
        #expect(try reader.finish().errors == "status 0.")
    }

    /// The deadline comes while the reader is slow: what is there is JSON, and says that it is cut.
    @Test func aValueThatIsCutSaysSo() throws {
        let reader = try NarrowPipe()
        let end = try reader.writingEnd()
        defer { close(end) }
        let child = try NodeTool(Self.node.get()).start(
            "eval", "-o", "json", "-t", "4s", "[first, binary:copy(<<\"x\">>, 10000000)]",
            descriptors: [(end, STDOUT_FILENO)])
        _ = reader.take(within: 10) { _ in
            // A reader's pace: in the time there is it takes less than there is.
            usleep(3000)
            return !child.isRunning
        }
        #expect(try child.wait(within: 20).exitStatus == 75)
        let document = try JSONSerialization.jsonObject(with: Data(reader.taken.utf8)) as? [String: Any]
        let item = (document?["items"] as? [[String: Any]])?.first
        #expect(item?["value_cut"] as? Bool == true)
        #expect((item?["value"] as? [Any])?.first as? String == "first")
        #expect(((document?["errors"] as? [[String: Any]])?.first)?["code"] as? String == "E-TIMEOUT")
    }

    /// One number takes longer than there is time, and so do twenty.
    @Test(arguments: [1, 20]) func largeIntegersEndWithTheTime(count: Int) throws {
        for format in ["table", "json", "term"] {
            let result = try NodeTool(Self.node.get()).run(
                "eval", "-o", format, "-t", "1s", "lists:duplicate(\(count), (1 bsl (8 bsl 19)) - 1)", within: 60)
            #if DEBUG
                #expect(result.exitStatus == 75)
            #else
                #expect(count == 1 || result.exitStatus == 75)
            #endif
        }
    }
}
