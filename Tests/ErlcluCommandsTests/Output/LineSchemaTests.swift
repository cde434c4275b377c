import ClusterAdmin
import ErlangNode
import Presentation
import Testing

@testable import ErlcluCommands

/// Each line of `-o jsonl` says what it is.
@Suite struct LineSchemaTests {
    let trial = CommandTrial()

    private func lines(_ words: [String]) -> [Substring] {
        _ = trial.run(words: words + ["-o", "jsonl"])
        return trial.standardOutput.split(separator: "\n")
    }

    static let commands: [(words: [String], schema: String, count: Int)] = [
        (["ping"], "ping", 1), (["pid", "-n", "a@here", "-n", "x@here"], "pid", 2), (["members"], "members", 1),
        (["status"], "status", 1), (["eval", "ok"], "eval", 2), (["eval", "--all", "ok"], "eval", 3),
        (["config", "view"], "config-view", 8), (["explain", "cookie"], "explain", 1),
        (["doctor", "x@here"], "doctor", 13), (["doctor", "--all"], "doctor", 13),
        (["doctor", "--connect"], "doctor", 1),
    ]

    @Test(arguments: commands.indices) func eachLineHasOne(_ index: Int) {
        let (words, schema, count) = Self.commands[index]
        trial.targets.nodes["a@here"]?.outputs = [Array("one\n".utf8)]
        trial.targets.nodes["a@here"]?.memberRows = [Member(node: "a@here", state: .up, kind: .visible)]
        let lines = lines(words)
        #expect(lines.count >= count, "\(lines)")
        for line in lines { #expect(line.hasPrefix(#"{"schema":"erlclu/\#(schema)/1","#), "\(line)") }
        for line in lines { #expect(line.split(separator: #""schema":"#, omittingEmptySubsequences: false).count == 2) }
    }

    /// A document of another kind keeps its own.
    @Test func anotherSchemaStays() {
        var json = JSONWriter(schema: "erlclu/doctor/1")
        json.beginObject()
        json.key("schema")
        json.string("erlclu/trace/1")
        json.key("of")
        json.beginObject()
        json.key("a")
        json.null()
        json.endObject()
        json.endObject()
        #expect(String(decoding: json.bytes, as: UTF8.self) == #"{"schema":"erlclu/trace/1","of":{"a":null}}"#)
    }
}
