import ErlangNode
import ErlangTerm
import Testing

@testable import ClusterAdmin

@Suite struct MemberRosterTests {
    private func fact(_ key: Atom, _ value: Term) -> MapPair { MapPair(.atom(key), value) }

    private func link(
        _ node: String, type: String = "visible", state: String = "up", notAfter: Int? = nil, dialled: Bool? = true
    ) -> Term {
        var pairs = [
            fact("node", .atom(Atom(node))), fact("type", .atom(type == "hidden" ? "hidden" : "normal")),
            fact("state", .atom(Atom(state))), fact("transport", .atom("tls")),
            fact("ip", .binary("10.0.0.\(node.utf8.count)")), fact("port", .integer(4000)),
        ]
        if let notAfter {
            pairs.append(fact("certificate", .map([fact("not_after", .integer(notAfter))])))
        }
        if let dialled { pairs.append(fact("dialled", .bool(dialled))) }
        return .map(pairs)
    }

    private func snapshot(
        _ node: String, hidden: Bool = false, listens: Int = 4711, serves: Int? = nil, _ links: [Term]
    ) throws -> TermView {
        let facts = Term.map([
            fact("node", .atom(Atom(node))), fact("hidden", .bool(hidden)), fact("otp", .binary("27")),
            fact("listens", .integer(listens)),
            fact("serves", serves.map { .map([fact("not_after", .integer($0))]) } ?? .atom("undefined")),
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
        #expect(members.map(\.links) == [2, 2, nil, nil])
        #expect(members.map(\.linksExpected) == [3, 3, nil, nil])
        #expect(members.map(\.certificateDays) == [-2, 1, nil, nil])
        #expect(members.map(\.remark) == [nil, nil, "c@h gave no result", "known to a@h only: b@h has no link to it"])
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
        #expect(members[0].links == 1)
        #expect(members[0].linksExpected == 2)
        #expect(
            members.map(\.remark) == [
                nil, "a@h has a link to it that came up after the others were asked",
                "a link between it and a@h is being set up",
            ])
        // Nobody else tells of the entry: our own connection does.
        #expect(members[0].address == "127.0.0.1:9")
        #expect(members.map(\.certificateDays) == [2, nil, nil])
    }

    /// All links of the entry are hidden: that says nothing of those at their other ends.
    @Test func aHiddenEntryMakesNobodyHidden() throws {
        var roster = MemberRoster(entry: .init(name: "hid@h", address: "127.0.0.1:9", certificateEnd: nil))
        roster.take(.members(["hid@h", "a@h", "mute@h"]))
        roster.take(
            .item(
                node: "hid@h",
                try snapshot("hid@h", hidden: true, [link("a@h", type: "hidden"), link("mute@h", type: "hidden")])))
        roster.take(.item(node: "a@h", try snapshot("a@h", [link("hid@h", type: "hidden"), link("b@h")])))
        roster.take(.ended(node: "mute@h", lost))
        let members = roster.members(now: 0)
        #expect(members.map(\.node) == ["hid@h", "a@h", "b@h", "mute@h"])
        #expect(members.map(\.kind) == [.hidden, .visible, .visible, nil])
        #expect(members.map(\.state) == [.up, .up, .unreachable, .unreachable])
        #expect(members.map(\.links) == [2, 2, nil, nil])
        #expect(members.map(\.linksExpected) == [3, 3, nil, nil])
        #expect(
            members.map(\.remark) == [nil, nil, "known to a@h only: hid@h has no link to it", "c@h gave no result"])
    }

    @Test func onlyAServersCertificateCounts() throws {
        let day = 86_400
        var roster = MemberRoster(entry: .init(name: "a@h", address: "127.0.0.1:9", certificateEnd: nil))
        roster.take(.members(["a@h", "says@h"]))
        let seen = [
            link("client@h", notAfter: 5 * day, dialled: false), link("unknown@h", notAfter: 5 * day, dialled: nil),
            link("server@h", notAfter: 4 * day), link("says@h", notAfter: 3 * day),
        ]
        roster.take(.item(node: "a@h", try snapshot("a@h", seen)))
        // Renewed since it was dialled.
        roster.take(
            .item(node: "says@h", try snapshot("says@h", serves: 9 * day, [link("server@h", notAfter: 6 * day)])))
        let days = Dictionary(uniqueKeysWithValues: roster.members(now: 0).map { ($0.node, $0.certificateDays) })
        #expect(days == ["a@h": nil, "client@h": nil, "unknown@h": nil, "server@h": 6, "says@h": 9])
    }

    @Test func aRemarkNamesTheFirstWhoKnow() throws {
        var roster = MemberRoster(entry: .init(name: "z@h", address: "127.0.0.1:9", certificateEnd: nil))
        roster.take(.item(node: "z@h", try snapshot("z@h", [])))
        for name in ["d@h", "c@h", "b@h", "a@h"] {
            roster.take(.item(node: name, try snapshot(name, [link("x@h"), link("z@h")])))
        }
        #expect(
            roster.members(now: 0).map(\.remark) == [nil, "known to a@h, b@h and 2 others only: z@h has no link to it"])
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
