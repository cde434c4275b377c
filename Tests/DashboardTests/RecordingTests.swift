import ClusterAdmin
import Diagnosis
import ErlcluTestSupport
import Presentation
import TerminalCanvas
import Testing

@testable import Dashboard

/// Recordings are read as they were written, and nothing else is taken for one.
@Suite struct RecordingTests {
    static let messages: [DashboardMessage] = {
        var member = Cluster.members[4]
        member.lists = ["a@b", "c@d"]
        return [
            .members(Cluster.members + [member]),
            .changes([
                MemberChange(member: member, what: .joined), MemberChange(member: member, what: .left),
                MemberChange(member: member, what: .changed([.state, .links])),
            ]),
            .registrations(host: "b", .success([RegisteredNode(name: "a", port: 65_535)])),
            .registrations(host: "b", .success([])), .registrations(host: "b", .failure(Cluster.silence)),
            .familiar(asked: ["a@b", "c@d"], known: ["c@d"]), .familiar(asked: ["a@b"], known: nil),
            .interrupted(Cluster.silence), .resumed(entry: "a@b"), .traceBegan(node: "a@b"),
            .untraced(node: "a@b", reason: "somebody else"), .traceEnded(nil), .traceEnded("why"),
        ]
    }()

    @Test(arguments: messages.indices) func roundTrip(index: Int) throws {
        let recorded = try #require(RecordedMessage(Self.messages[index], at: Cluster.start))
        let line = recorded.json.line.dropLast()
        let read = try RecordedMessage(line: line)
        #expect(read.time == Cluster.start)
        #expect(read.json == recorded.json)
    }

    @Test func eventsOfATraceAreThoseOfATrace() throws {
        let traced = try Recorded.messages("wrong-cookie").filter {
            if case .traced = $0.message { true } else { false }
        }
        #expect(!traced.isEmpty)
        for message in traced { #expect(message.json["schema"]?.text == TraceSchema.name) }
    }

    @Test func whatAPersonDoesIsNotRecorded() {
        for message in [
            DashboardMessage.key(.text("x")), .clock(1), .notice("x"), .resized(ScreenSize(columns: 1, rows: 1)),
        ] {
            #expect(RecordedMessage(message, at: 1) == nil)
        }
        let result = EvaluationResult(number: 1, node: "a@b", expression: "erlang:get_cookie()", text: "secret")
        #expect(RecordedMessage(.evaluated(result), at: 1) == nil)
    }

    @Test(arguments: [
        "", "{}", "[]", "nonsense", #"{"schema":"erlclu/members/1","time":1}"#, #"{"schema":"erlclu/dashboard/1"}"#,
        #"{"schema":"erlclu/dashboard/1","time":1}"#, #"{"schema":"erlclu/dashboard/1","time":1,"members":[{}]}"#,
        #"{"schema":"erlclu/dashboard/1","time":1,"members":[{"node":"a@b","state":"flying"}]}"#,
        #"{"schema":"erlclu/dashboard/1","time":99999999999999999999,"members":[]}"#,
        #"{"schema":"erlclu/dashboard/1","time":1,"changes":[{"member":{"node":"a@b","state":"up"}}]}"#,
        #"{"schema":"erlclu/dashboard/1","time":1,"lost":{"code":"E-NONE"}}"#,
        #"{"schema":"erlclu/dashboard/1","time":1,"epmd":"h"}"#,
        #"{"schema":"erlclu/dashboard/1","time":1,"epmd":"h","names":[{"name":"a","port":65536}]}"#,
        #"{"schema":"erlclu/dashboard/1","time":1,"epmd":"h","names":["a"]}"#,
        #"{"schema":"erlclu/dashboard/1","time":1,"asked":["a@b"],"known":[1]}"#,
    ]) func whatIsNoLineOfARecordingIsRefused(line: String) {
        #expect(throws: RecordingFault.self) { try RecordedMessage(line: Array(line.utf8)) }
    }

    /// A real trace of a node with the wrong cookie.
    @Test func handshakes() throws {
        var model = try Recorded.model("wrong-cookie")
        model.press(.text("3"))
        model.press(.tab, .down)
        #expect(model.paneScroll == 1)
        model.press(.tab, .text("f"))
        #expect(model.names.count == 1)
        model.press(.text("1"))
        #expect(model.screen == .members)
    }

    @Test func asAPicture() throws {
        var model = try Recorded.model("wrong-cookie")
        model.press(.text("3"))
        let svg = model.view().svg(title: "a <title> & more")
        #expect(svg.contains("E-COOKIE"))
        #expect(svg.contains("a &lt;title&gt; &amp; more"))
        #expect(svg.utf8.count < 60_000)
        #expect(svg.split(separator: "<text").count == svg.split(separator: "</text>").count)
    }

    @Test func asSentences() throws {
        var report = PlainReport(means: { _ in "--option" })
        var sentences: [String] = []
        let messages = try Recorded.messages("wrong-cookie")
        for message in messages {
            sentences += report.sentences(for: .clock(message.time), at: message.time)
            sentences += report.sentences(for: message.message, at: message.time)
        }
        let end = (messages.last?.time ?? 0) + 1_000_000
        sentences += report.sentences(for: .clock(end), at: end)
        expectSnapshot(sentences.map { $0 + "\n" }.joined(), named: "sentences.txt")
    }
}
