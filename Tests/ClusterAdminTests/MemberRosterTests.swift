import Diagnosis
import ErlangNode
import ErlangTerm
import Glibc
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

    private static func certificate(until end: Int) -> CertificateFacts {
        CertificateFacts(
            subject: "CN=a", issuer: "CN=ca", serial: "01", notBefore: 0, notAfter: end, dnsNames: ["h"],
            ipAddresses: [],
            extendedKeyUsage: nil, fingerprint: "f\(end)")
    }

    private let lost = NodeFailure(.rpc, stage: .up, node: "c@h", message: "c@h gave no result", remedy: "")

    @Test func putsTheViewsTogether() throws {
        var roster = MemberRoster(entry: .init(name: "b@h"))
        roster.take(.members(["b@h", "a@h", "c@h"]))
        roster.take(.item(node: "b@h", try snapshot("b@h", [link("a@h", notAfter: 186_400), link("c@h")])))
        roster.take(.item(node: "a@h", try snapshot("a@h", [link("b@h", notAfter: 900), link("d@h")])))
        #expect(roster.takeQuestions() == [.init(route: ["a@h"], nodes: ["d@h"])])
        #expect(roster.takeQuestions() == [])
        roster.take(.ended(node: "c@h", lost))
        roster.take(.ended(node: "a@h", lost))
        let members = roster.members(now: 100_000)
        #expect(members.map(\.node) == ["b@h", "a@h", "c@h", "d@h"])
        #expect(members.map(\.state) == [.up, .up, .unreachable, .unreachable])
        #expect(members.map(\.isEntry) == [true, false, false, false])
        #expect(members.map(\.links) == [2, 2, nil, nil])
        #expect(members.map(\.linksExpected) == [3, 3, nil, nil])
        #expect(members.map(\.certificateDays) == [-2, 1, nil, nil])
        #expect(
            members.map(\.remark) == [
                nil, nil, "c@h gave no result", "known to a@h only, too far from b@h to be asked",
            ])
        #expect(members[0].uptimeSeconds == 61)
    }

    /// Until the answers come, a question is asked through each that knows somebody new, once for each of them, and none
    /// about a link that is not up.
    @Test func asksThroughThoseWhoKnow() throws {
        var roster = MemberRoster(entry: .init(name: "h@h"))
        roster.take(.members(["h@h", "a@h"]))
        roster.take(.item(node: "h@h", try snapshot("h@h", hidden: true, [link("a@h", type: "hidden")])))
        #expect(roster.takeQuestions() == [])
        let seen = [link("h@h", type: "hidden"), link("b@h"), link("c@h"), link("late@h", state: "pending")]
        roster.take(.item(node: "a@h", try snapshot("a@h", seen)))
        #expect(roster.takeQuestions() == [.init(route: ["a@h"], nodes: ["b@h", "c@h"])])
        let tool = link("3UW7G348MAFMQ@erlclu", type: "hidden")
        roster.take(.item(node: "b@h", try snapshot("b@h", [link("a@h"), link("x@h", type: "hidden"), tool])))
        roster.take(.item(node: "c@h", try snapshot("c@h", [link("a@h"), link("x@h", type: "hidden")])))
        #expect(roster.takeQuestions() == [.init(route: ["a@h", "b@h"], nodes: ["x@h"])])
        // Nobody asked for it.
        roster.take(.item(node: "late@h", try snapshot("late@h", [link("y@h")])))
        #expect(roster.members(now: 0).map(\.node) == ["h@h", "a@h", "b@h", "c@h", "late@h", "x@h"])
    }

    /// Each on a route carries the questions of those behind it.
    @Test func aRouteHasAnEnd() throws {
        var roster = MemberRoster(entry: .init(name: "0@h"))
        roster.take(.members(["0@h"]))
        var routes: [[String]] = []
        for number in 0..<20 {
            roster.take(.item(node: "\(number)@h", try snapshot("\(number)@h", [link("\(number + 1)@h")])))
            routes += roster.takeQuestions().map(\.route)
        }
        #expect(routes.map(\.count) == Array(0..<MemberRoster.longestRoute))
        let members = roster.members(now: 0)
        #expect(members.count == MemberRoster.longestRoute + 2)
        #expect(members.count { $0.state == .unreachable } == 1)
    }

    /// What the entry's own connection would show is not what the others see.
    @Test func anAddressIsWhereANodeListens() throws {
        var roster = MemberRoster(entry: .init(name: "b@h"))
        roster.take(.members(["b@h", "a@h", "c@h", "caller@h"]))
        let callers = [link("a@h", dialled: false), link("c@h", dialled: true), link("caller@h", dialled: false)]
        roster.take(.item(node: "b@h", try snapshot("b@h", callers)))
        roster.take(.item(node: "a@h", try snapshot("a@h", [link("b@h")])))
        for name in ["c@h", "caller@h"] { roster.take(.ended(node: name, lost)) }
        // The port that it says it listens on; of who does not answer, that which somebody dialled.
        #expect(roster.members(now: 0).map(\.address) == ["h:4711", "h:4711", "h:4000", nil])
    }

    @Test func tellsHiddenPendingAndToolsApart() throws {
        var roster = MemberRoster(entry: .init(name: "a@h", certificate: Self.certificate(until: 172_800)))
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
        #expect(roster.takeQuestions() == [.init(route: [], nodes: ["hid@h"])])
        roster.take(.ended(node: "hid@h", lost))
        let members = roster.members(now: 0)
        #expect(members.map(\.node) == ["a@h", "hid@h", "late@h"])
        #expect(members.map(\.kind) == [.visible, .hidden, .visible])
        #expect(members.map(\.state) == [.up, .up, .pending])
        #expect(members[0].links == 0)
        #expect(members[0].linksExpected == 1)
        #expect(
            members.map(\.remark) == [
                nil, "c@h gave no result", "a link between it and a@h is being set up",
            ])
        #expect(members.map(\.certificateDays) == [2, nil, nil])
    }

    /// A C node, say, answers no questions, and no alarm is to follow from that; one that is asked and hangs is another
    /// matter.
    @Test(arguments: [(FailureCode.rpc, Member.State.up), (.timeout, .unreachable)])
    func aHiddenNodeThatCannotBeAskedIsUp(code: FailureCode, state: Member.State) throws {
        var roster = MemberRoster(entry: .init(name: "a@h"))
        roster.take(.members(["a@h", "c@h"]))
        roster.take(.item(node: "a@h", try snapshot("a@h", [link("c@h", type: "hidden")])))
        roster.take(
            .ended(node: "c@h", NodeFailure(code, stage: .up, node: "c@h", message: "no result", remedy: "")))
        let members = roster.members(now: 0)
        #expect(members.map(\.state) == [.up, state])
        #expect(members.map(\.kind) == [.visible, .hidden])
        #expect(members.map(\.remark) == [nil, "no result"])
        #expect(members[0].linksExpected == 0)
    }

    /// All links of the entry are hidden: that says nothing of those at their other ends.
    @Test func aHiddenEntryMakesNobodyHidden() throws {
        var roster = MemberRoster(entry: .init(name: "hid@h"))
        roster.take(.members(["hid@h", "a@h", "mute@h"]))
        roster.take(
            .item(
                node: "hid@h",
                try snapshot("hid@h", hidden: true, [link("a@h", type: "hidden"), link("mute@h", type: "hidden")])))
        roster.take(.item(node: "a@h", try snapshot("a@h", [link("hid@h", type: "hidden"), link("b@h")])))
        roster.take(.ended(node: "mute@h", lost))
        roster.take(.item(node: "b@h", try snapshot("b@h", [link("a@h")])))
        let members = roster.members(now: 0)
        #expect(members.map(\.node) == ["hid@h", "a@h", "b@h", "mute@h"])
        #expect(members.map(\.kind) == [.hidden, .visible, .visible, nil])
        #expect(members.map(\.state) == [.up, .up, .up, .unreachable])
        // Whoever may be visible is expected.
        #expect(members.map(\.links) == [2, 1, 1, nil])
        #expect(members.map(\.linksExpected) == [3, 2, 2, nil])
        #expect(members.map(\.remark) == [nil, nil, nil, "c@h gave no result"])
    }

    @Test func onlyAServersCertificateCounts() throws {
        let day = 86_400
        var roster = MemberRoster(entry: .init(name: "a@h"))
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
        var roster = MemberRoster(entry: .init(name: "z@h"))
        roster.take(.members(["z@h"] + ["d@h", "c@h", "b@h", "a@h"]))
        for name in ["d@h", "c@h", "b@h", "a@h"] {
            roster.take(.item(node: name, try snapshot(name, [link("x@h", state: "pending"), link("z@h")])))
        }
        #expect(
            roster.members(now: 0).map(\.remark).last == "a link between it and a@h, b@h and 2 others is being set up")
    }

    @Test func aHiddenNodeThatDoesNotAnswerIsNoTool() throws {
        var roster = MemberRoster(entry: .init(name: "a@h"))
        roster.take(.members(["a@h", "CONFIRMED001@h"]))
        let seen = ["PRODNODE01@h", "AK4LM4JIXA7K@h", "14CHARACTERSXX@h", "CONFIRMED001@h"]
        roster.take(.item(node: "a@h", try snapshot("a@h", seen.map { link($0, type: "hidden") })))
        #expect(
            roster.members(now: 0).map(\.node) == ["a@h", "14CHARACTERSXX@h", "CONFIRMED001@h", "PRODNODE01@h"])
    }

    @Test func takesWhatMakesNoSense() throws {
        var roster = MemberRoster(entry: .init(name: "a@h", certificate: Self.certificate(until: 172_800)))
        roster.take(.item(node: "a@h", try DecodedTerm(packet: Term.atom("nonsense").encoded).root))
        roster.take(
            .item(node: "a@h", try DecodedTerm(packet: Term.tuple([.atom("snapshot"), .list([])]).encoded).root))
        roster.take(.ended(node: "x@h", lost))
        #expect(roster.members(now: 0).isEmpty)
    }

    @Test(arguments: [
        ("3UW7G348MAFMQ@erlclu", true), ("NTHPH7BT6Y@erlclu", true), ("ABCDEFGHI@erlclu", true),
        ("ABCDEFGH@erlclu", false),
        ("ABCDEFGHIJK@h", true), ("ABCDEFGHIJ@h", false), ("ABCDEFGHIJKLMN@h", false), ("NTHPH7BT6y@erlclu", false),
        ("NTHPH7BT6Y", false),
    ])
    func theNamesThatNodesGiveAreKnown(_ name: String, _ isGiven: Bool) {
        #expect(MemberRoster.isToolName(name) == isGiven)
    }

    /// A quadratic step would take 64 times as long for eight times as many.
    @Test func manyMembersTakeNoLongerEach() throws {
        func time(_ count: Int) throws -> Int {
            let facts = try snapshot("a@h", (0..<count).map { link("node\($0)@h") })
            let start = clock()
            var roster = MemberRoster(entry: .init(name: "a@h"))
            roster.take(.members(["a@h"]))
            roster.take(.item(node: "a@h", facts))
            #expect(roster.takeQuestions().map(\.nodes.count) == [count])
            #expect(roster.members(now: 0).count == count + 1)
            return clock() - start
        }
        let (few, many) = (try time(500), try time(4_000))
        #expect(many < 24 * few, "\(few), \(many)")
    }
}
