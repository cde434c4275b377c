import ErlcluTestSupport
import Foundation
import Glibc
import Testing

/// A large value to a reader that stands still: it takes its own size in memory, whatever the form, and the link stays.
@Suite(.serialized) struct LargeValueTests {
    private static let node = Result { try ErlangNodeFixture(arguments: ["-kernel", "net_ticktime", "4"]) }
    /// A debug build is some thirty times slower.
    #if DEBUG
        private static let size = 8_000_000
        private static let count = 200_000
    #else
        private static let size = 40_000_000
        private static let count = 10_000_000
    #endif
    /// What a command takes anyhow, and two chunks of output.
    private static let others = 32 << 20

    static let values: [(format: String, source: String, bytes: Int)] = [
        // Of one byte, six of JSON, or four of text, are made.
        ("table", "binary:copy(<<1>>, \(size))", 2 * size), ("raw", "binary:copy(<<1>>, \(size))", size),
        ("term", "binary:copy(<<1>>, \(size))", 2 * size), ("json", "binary:copy(<<1>>, \(size))", 6 * size),
        ("jsonl", "binary:copy(<<255>>, \(size))", size / 3 * 4),
        ("json", "lists:duplicate(\(count), 7)", 2 * count), ("table", "lists:duplicate(\(count), 7)", 2 * count),
        ("json", "lists:foldl(fun(_, Deep) -> [Deep] end, binary:copy(<<1>>, \(size)), lists:seq(1, 500))", 6 * size),
    ]

    @Test(arguments: values) func takesItsOwnSize(format: String, source: String, bytes: Int) throws {
        let node = try Self.node.get()
        let reader = try SlowReader(NodeTool(node), "eval", "-o", format, source)
        #expect(reader.waitForStart())
        // The time itself must pass: in it the node would drop a silent link.
        let pause = Deadline.after(seconds: 6)
        #expect(eventually(within: 20) { pause.hasPassed })
        #expect(try node.evaluate("length(nodes(hidden))") == "1", "\(node.log)")
        #if DEBUG
            let bound = 4 * Self.size + Self.others
        #else
            let bound = Self.size + Self.others
        #endif
        let peak = try reader.peakMemory()
        #expect(peak < bound, "\(peak >> 20) MiB")
        let (count, errors) = try reader.finish(within: 120)
        #expect((count ?? 0) >= bytes - 1)
        #expect(errors == "status 0.")
    }

    /// The deadline comes while the reader is slow: what is there is JSON, and says that it is cut.
    @Test func aValueThatIsCutSaysSo() throws {
        let reader = try NarrowPipe()
        let end = try reader.writingEnd()
        defer { close(end) }
        let child = try NodeTool(Self.node.get()).start(
            "eval", "-o", "json", "-t", "6s", "[first, binary:copy(<<\"x\">>, 20000000)]",
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
