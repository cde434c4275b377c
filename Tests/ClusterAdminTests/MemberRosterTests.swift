import ErlangNode
import ErlangTerm
import Testing

@testable import ClusterAdmin

@Suite struct MemberRosterTests {
    private func fact(_ key: Atom, _ value: Term) -> MapPair { MapPair(.atom(key), value) }

    private func link(_ node: String, type: String = "visible", state: String = "up", notAfter: Int? = nil) -> Term {
        var pairs = [
            fact("node", .atom(Atom(node))), fact("type", .atom(type == "hidden" ? "hidden" : "normal")),
            fact("state", .atom(Atom(state))), fact("transport", .atom("tls")),
            fact("ip", .binary("10.0.0.\(node.utf8.count)")), fact("port", .integer(4000)),
        ]
        if let notAfter {
            pairs.append(fact("certificate", .map([fact("not_after", .integer(notAfter))])))
        }
        return .map(pairs)
    }

    private func snapshot(
        _ node: String, hidden: Bool = false, listens: Int = 4711, _ links: [Term]
    ) throws -> TermView {
        let facts = Term.map([
            fact("node", .atom(Atom(node))), fact("hidden", .bool(hidden)), fact("otp", .binary("27")),
            fact("listens", .integer(listens)),
            fact("uptime_ms", .integer(61_500)), fact("processes", .integer(50)),
            fact("run_queue", .integer(2)), fact("memory", .integer(1 << 20)),
            fact("connections", .list(links)),
        ])
        return try DecodedTerm(packet: Term.tuple([.atom("snapshot"), facts]).encoded).root
    }

    private let lost = NodeFailure(.rpc, stage: .up, node: "c@h", message: "c@h gave no result", remedy: "")

    @Test func putsTheViewsTogether() throws {
        var roster = MemberRoster(entry: .init(name: "b@h", address: "127.0.0.1:9", certificateEnd: nil))
        roster.take(.members(["b@h", "a@h", "c@h"]))
        roster.take(.item(node: "b@h", try snapshot("b@h", [link("a@h", notAfter: 186_400), link("c@h")])))
        roster.take(.item(node: "a@h", try snapshot("a@h", [link("b@h", notAfter: 900), link("d@h")])))
        roster.take(.ended(node: "c@h", lost))
        roster.take(.ended(node: "a@h", lost))
        let members = roster.members(now: 100_000)
        #expect(members.map(\.node) == ["b@h", "a@h", "c@h", "d@h"])
        #expect(members.map(\.state) == [.up, .up, .unreachable, .unreachable])
        #expect(members.map(\.isEntry) == [true, false, false, false])
        #expect(members.map(\.links) == [1, 1, nil, nil])
        #expect(members.map(\.linksExpected) == [1, 1, nil, nil])
        #expect(members.map(\.certificateDays) == [-2, 1, nil, nil])
        #expect(members.map(\.remark) == [nil, nil, "c@h gave no result", nil])
        #expect(members[0].uptimeSeconds == 61)
        // The port that it listens on; of who does not answer, that of the link.
        #expect(members[0].address == "10.0.0.3:4711")
        #expect(members[2].address == "10.0.0.3:4000")
    }

    @Test func tellsHiddenPendingAndToolsApart() throws {
        var roster = MemberRoster(entry: .init(name: "a@h", address: "127.0.0.1:9", certificateEnd: 172_800))
        roster.take(.members(["a@h"]))
        roster.take(
            .item(
                node: "a@h",
                try snapshot(
                    "a@h",
                    [
                        link("hid@h", type: "hidden"), link("late@h", state: "pending"),
                        link("3UW7G348MAFMQ@erlclu", type: "hidden"),
                    ])))
        let members = roster.members(now: 0)
        #expect(members.map(\.node) == ["a@h", "hid@h", "late@h"])
        #expect(members.map(\.kind) == [.visible, .hidden, .visible])
        #expect(members.map(\.state) == [.up, .unreachable, .pending])
        #expect(members[0].linksExpected == 0)
        // Nobody else tells of the entry: our own connection does.
        #expect(members[0].address == "127.0.0.1:9")
        #expect(members.map(\.certificateDays) == [2, nil, nil])
    }

    @Test func aHiddenNodeThatDoesNotAnswerIsNoTool() throws {
        var roster = MemberRoster(entry: .init(name: "a@h", address: "127.0.0.1:9", certificateEnd: nil))
        roster.take(.members(["a@h", "CONFIRMED001@h"]))
        let seen = ["PRODNODE01@h", "AK4LM4JIXA7K@h", "14CHARACTERSXX@h", "CONFIRMED001@h"]
        roster.take(.item(node: "a@h", try snapshot("a@h", seen.map { link($0, type: "hidden") })))
        #expect(
            roster.members(now: 0).map(\.node) == ["a@h", "14CHARACTERSXX@h", "CONFIRMED001@h", "PRODNODE01@h"])
    }

    @Test func takesWhatMakesNoSense() throws {
        var roster = MemberRoster(entry: .init(name: "a@h", address: "127.0.0.1:9", certificateEnd: 172_800))
        roster.take(.item(node: "a@h", try DecodedTerm(packet: Term.atom("nonsense").encoded).root))
        roster.take(
            .item(node: "a@h", try DecodedTerm(packet: Term.tuple([.atom("snapshot"), .list([])]).encoded).root))
        roster.take(.ended(node: "x@h", lost))
        #expect(roster.members(now: 0).isEmpty)
    }
}
