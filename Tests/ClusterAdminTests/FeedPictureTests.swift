import ByteTransport
import Diagnosis
import ErlangNode
import ErlangTerm
import Glibc
import Testing

@testable import ClusterAdmin

/// What comes of the items of a feed.
@Suite struct FeedPictureTests {
    private static let second = 1_000_000

    private func fact(_ key: Atom, _ value: Term) -> MapPair { MapPair(.atom(key), value) }

    private func item(_ term: Term) throws -> FeedItem? { FeedItem(try DecodedTerm(packet: term.encoded).root) }

    private func snapshot(_ node: String, linkedTo peers: [String], release: String = "27") -> Term {
        let links = peers.map { peer in
            Term.map([
                fact("node", .atom(Atom(peer))), fact("type", .atom("normal")), fact("state", .atom("up")),
                fact("port", .integer(4000)), fact("dialled", .bool(true)),
            ])
        }
        let facts = Term.map([
            fact("node", .atom(Atom(node))), fact("otp", .binary(Array(release.utf8))),
            fact("uptime_ms", .integer(61_500)), fact("processes", .integer(50)), fact("run_queue", .integer(2)),
            fact("memory", .integer(1 << 20)), fact("connections", .list(links)),
        ])
        return .tuple([.atom("snapshot"), facts])
    }

    private func member(_ node: String, _ answer: Term) -> Term {
        .tuple([.atom("member"), .atom(Atom(node)), answer])
    }

    private func facts(_ node: String, linkedTo peers: [String], took: Int = 900) -> Term {
        member(node, .tuple([.atom("facts"), .integer(took), snapshot(node, linkedTo: peers)]))
    }

    private func vitals(_ node: String, took: Int = 20, uptime: Int = 99, processes: Int = 51) -> Term {
        let numbers = [took, uptime, processes, 3, 2 << 20].map { Term.integer($0) }
        return member(node, .tuple([.atom("vitals")] + numbers))
    }

    private func members(_ names: [String]) -> Term {
        .tuple([.atom("members"), .list(names.map { .atom(Atom($0)) })])
    }

    private func look(_ relayed: Int = 100) -> Term { .tuple([.atom("look"), .integer(1), .integer(relayed)]) }

    private func down(_ node: String, _ reason: Atom) -> Term {
        .tuple([.atom("member_down"), .atom(Atom(node)), .atom(reason)])
    }

    private func take(_ terms: Term..., into picture: inout FeedPicture, at time: Int = 0) throws {
        for term in terms { picture.take(try #require(try item(term)), at: time) }
    }

    /// Three that all see each other, and have answered.
    private func mesh() throws -> FeedPicture {
        var picture = FeedPicture(entry: .init(name: "a@h"))
        try take(
            members(["a@h", "b@h", "c@h"]), look(0), facts("a@h", linkedTo: ["b@h", "c@h"]),
            facts("b@h", linkedTo: ["a@h", "c@h"]), facts("c@h", linkedTo: ["a@h", "b@h"]), into: &picture,
            at: Self.second)
        return picture
    }

    /// From the beginning of a look to the answer; for the entry it is that of a beat. The first answer is that of a
    /// program which had to be begun.
    @Test func roundTripsAreThoseOfLooks() throws {
        var picture = try mesh()
        #expect(picture.members(at: Self.second).map(\.roundTripMicroseconds) == [nil, nil, nil])
        try take(look(), into: &picture)
        picture.passes(.microseconds(800))
        try take(vitals("a@h"), vitals("b@h"), into: &picture)
        picture.passes(.microseconds(400))
        try take(vitals("c@h"), into: &picture)
        #expect(picture.members(at: Self.second).map(\.roundTripMicroseconds) == [nil, 800, 1_200])
        picture.entryAnswered(after: .microseconds(300))
        #expect(picture.members(at: Self.second).map(\.roundTripMicroseconds) == [300, 800, 1_200])
        // One that hangs has none, and its late answer is none.
        try take(look(), vitals("a@h"), vitals("c@h"), into: &picture)
        picture.passes(.seconds(3))
        #expect(picture.members(at: Self.second)[1].roundTripMicroseconds == nil)
        try take(vitals("b@h"), into: &picture)
        #expect(picture.members(at: Self.second)[1].roundTripMicroseconds == 800)
    }

    @Test func figuresReplaceThoseOfTheSnapshot() throws {
        var picture = try mesh()
        let first = picture.members(at: Self.second)
        #expect(first.map(\.state) == [.up, .up, .up])
        #expect(first.map(\.links) == [2, 2, 2])
        #expect(first.map(\.processes) == [50, 50, 50])
        #expect(first.map(\.seen) == [Self.second, Self.second, Self.second])
        try take(look(), vitals("b@h", uptime: 7, processes: 8), into: &picture, at: 3 * Self.second)
        let later = picture.members(at: 3 * Self.second)
        #expect(later.map(\.seen) == [Self.second, 3 * Self.second, Self.second])
        #expect([later[1].uptimeSeconds, later[1].processes, later[1].runQueue] == [7, 8, 3])
        #expect(later[1].memoryBytes == 2 << 20 && later[1].links == 2)
        #expect(later[0] == first[0] && later[2] == first[2])
        // A mean of some looks.
        #expect(later.map(\.refreshMicroseconds) == [900, 790, 900])
        #expect(picture.cost.members == 3 && picture.cost.entry == 1_000 && picture.cost.member == 845)
        #expect(picture.cost.dearest == "c@h" && picture.cost.dearestCost == 900)
        #expect(picture.unanswered == ["a@h", "c@h"])
    }

    @Test func onlyOneThatHangsIsMissed() throws {
        var picture = try mesh()
        try take(look(), vitals("a@h"), vitals("b@h"), into: &picture, at: 2 * Self.second)
        #expect(picture.unanswered == ["c@h"] && picture.late.isEmpty)
        #expect(picture.timeUntilLate == .seconds(2))
        picture.passes(.milliseconds(1_999))
        #expect(picture.late.isEmpty)
        // It is not asked anew; how long it has been silent counts.
        try take(look(), vitals("a@h"), vitals("b@h"), into: &picture, at: 4 * Self.second)
        picture.passes(.milliseconds(1))
        #expect(picture.late == ["c@h"] && picture.unanswered.isEmpty && picture.timeUntilLate == nil)
        let members = picture.members(at: 4 * Self.second)
        #expect(members.map(\.state) == [.up, .up, .unreachable])
        #expect(members.map(\.links) == [2, 2, nil])
        #expect(members[2].otpRelease == "27" && members[2].seen == Self.second)
        #expect(members[2].silence?.code == .timeout)
        try take(vitals("c@h"), into: &picture, at: 5 * Self.second)
        #expect(picture.members(at: 5 * Self.second).map(\.state) == [.up, .up, .up])
        #expect(picture.members(at: 5 * Self.second).map(\.links) == [2, 2, 2])
    }

    @Test func whoHasNeverAnsweredIsMissedToo() throws {
        var picture = FeedPicture(entry: .init(name: "a@h"))
        try take(members(["a@h", "b@h"]), look(0), facts("a@h", linkedTo: ["b@h"]), into: &picture)
        #expect(picture.unanswered == ["b@h"])
        picture.giveUp()
        let members = picture.members(at: 0)
        #expect(members.map(\.state) == [.up, .unreachable])
        #expect(members[1].silence?.code == .timeout && members[1].seen == nil)
    }

    /// A C node, say, cannot be asked, and is not late.
    @Test func whoCannotBeAskedIsNotWaitedFor() throws {
        var picture = FeedPicture(entry: .init(name: "a@h"))
        try take(
            members(["a@h", "c@h"]), look(0), facts("a@h", linkedTo: ["c@h"]), down("c@h", "notsup"), into: &picture)
        for _ in 0..<3 {
            try take(look(), vitals("a@h"), into: &picture)
            picture.passes(.seconds(2))
        }
        #expect(picture.late.isEmpty && !picture.isAnybodyUnanswered)
        let members = picture.members(at: 0)
        #expect(members.map(\.remark) == [nil, "c@h gave no result: notsup"])
        #expect(members[1].silence?.code == .rpc)
    }

    /// What we run on a member may be ended there: it is a member still, of which the last stays, and answers at the next
    /// look. That it is not heard of meanwhile is news once.
    @Test func whatIsKnownStaysUntilAMemberAnswersAnew() throws {
        var picture = try mesh()
        var ledger = MemberLedger()
        _ = ledger.take(picture.members(at: Self.second))
        try take(look(), vitals("a@h"), vitals("b@h"), into: &picture)
        picture.passes(.seconds(2))
        #expect(ledger.take(picture.members(at: Self.second)).map(\.what) == [.changed([.state, .links])])
        try take(down("c@h", "shutdown"), into: &picture)
        let ended = picture.members(at: Self.second)
        #expect(ended.map(\.state) == [.up, .up, .unreachable] && ended.map(\.otpRelease) == ["27", "27", "27"])
        #expect(ended[2].silence?.code == .rpc && ended[2].links == nil && ended[2].seen == Self.second)
        #expect(ledger.take(ended) == [])
        try take(look(), facts("c@h", linkedTo: ["a@h", "b@h"]), into: &picture, at: 9)
        let changes = ledger.take(picture.members(at: Self.second))
        #expect(changes.map(\.what) == [.changed([.state, .links])] && changes.map(\.member.state) == [.up])
    }

    @Test func aNodeThatIsGoneIsForgotten() throws {
        var picture = try mesh()
        try take(
            down("c@h", "noconnection"), members(["a@h", "b@h"]), look(), facts("a@h", linkedTo: ["b@h"]),
            facts("b@h", linkedTo: ["a@h"]), into: &picture)
        #expect(picture.members(at: 0).map(\.node) == ["a@h", "b@h"])
        #expect(picture.members(at: 0).map(\.links) == [1, 1])
        // Nothing more of it is believed.
        #expect(picture.take(try #require(try item(vitals("c@h"))), at: 9) == false)
        #expect(picture.members(at: 0).map(\.node) == ["a@h", "b@h"])
    }

    @Test func whoIsBehindAnotherIsAskedThroughThat() throws {
        var picture = FeedPicture(entry: .init(name: "a@h"))
        try take(
            members(["a@h", "b@h"]), look(0), facts("a@h", linkedTo: ["b@h"]), facts("b@h", linkedTo: ["a@h", "d@h"]),
            into: &picture)
        #expect(picture.isAnybodyBehind(at: 0) == (true, true))
        #expect(picture.survey().questions == [.init(route: ["b@h"], nodes: ["d@h"])])
        let answer = try DecodedTerm(packet: snapshot("d@h", linkedTo: ["b@h", "e@h"]).encoded).root
        picture.take(behind: .item(node: "d@h", answer))
        #expect(picture.isAnybodyBehind(at: 0) == (true, true))
        let failure = NodeFailure(.rpc, stage: .up, node: "d@h", message: "over", remedy: "")
        picture.take(behind: .ended(node: "d@h", failure))
        picture.settleBehind()
        #expect(picture.isAnybodyBehind(at: 0) == (true, false))
        let members = picture.members(at: 0)
        #expect(members.map(\.node) == ["a@h", "b@h", "d@h", "e@h"])
        #expect(members.map(\.state) == [.up, .up, .up, .unreachable])
        #expect(members[3].remark == "e@h could not be asked through d@h")
        // Asked again, it has nothing more to say.
        _ = picture.survey()
        #expect(picture.members(at: 0).map(\.state) == [.up, .up, .up, .unreachable])
        picture.take(behind: .ended(node: "d@h", failure))
        #expect(picture.members(at: 0).map(\.node) == ["a@h", "b@h", "d@h"])
        #expect(picture.members(at: 0).last?.remark == "over")
        // Nobody has a link to it any more.
        try take(look(), facts("b@h", linkedTo: ["a@h"]), into: &picture)
        #expect(picture.members(at: 0).map(\.node) == ["a@h", "b@h"])
        #expect(picture.isAnybodyBehind(at: 0) == (false, false))
    }

    /// More than are listed: those beyond the limit are no reason to wait for them for ever.
    @Test func tooManyBehindAnotherHoldBackNobody() throws {
        let (limit, many) = (MemberRoster.mostBehind, (0..<2 * MemberRoster.mostBehind).map { "n\($0)@h" })
        var picture = FeedPicture(entry: .init(name: "a@h"))
        try take(
            members(["a@h", "b@h"]), look(0), facts("a@h", linkedTo: ["b@h"]), facts("b@h", linkedTo: many),
            into: &picture)
        #expect(picture.isAnybodyBehind(at: 0) == (true, true))
        let asked = picture.survey().questions.flatMap(\.nodes)
        #expect(asked.count == limit)
        // Others than those answer, and nothing comes of the rest.
        for node in many.suffix(limit) {
            picture.take(behind: .ended(node: node, MemberRelay.late(node, isEntry: false)))
        }
        picture.settleBehind()
        #expect(picture.isAnybodyBehind(at: 0) == (true, false))
        #expect(picture.members(at: 0).count == limit + 2)
    }

    // MARK: what makes no sense

    @Test func whatHasAnotherShapeIsNothing() throws {
        let wrong: [Term] = [
            .atom("members"), .tuple([]), .tuple([.atom("members")]), .tuple([.atom("members"), .integer(3)]),
            .tuple([.atom("feed"), .atom("pid")]), .tuple([.integer(1), .integer(2), .integer(3)]), look(-1),
            look(1 << 60), .tuple([.atom("look"), .integer(1), .float(2)]), member("a@h", .atom("facts")),
            member("a@h", .tuple([.atom("facts"), .integer(1), .tuple([.atom("snapshot"), .integer(1)])])),
            member("a@h", .tuple([.atom("facts"), .integer(1), .tuple([.atom("snapshot"), .map([])])])),
            member("a@h", .tuple([.atom("facts"), .integer(-1), snapshot("a@h", linkedTo: [])])),
            vitals("a@h", took: -1), vitals("a@h", uptime: -1), vitals("a@h", processes: 1 << 60),
            .tuple([.atom("member"), .integer(1), .atom("x")]),
            .tuple([.atom("member_down"), .integer(1), .atom("x")]),
            .tuple([.atom("beat"), .integer(1)]), .list([.atom("beat")]),
        ]
        for term in wrong { #expect(try item(term) == nil, "\(term)") }
        #expect(try item(.tuple([.atom("beat")])) != nil)
    }

    @Test func nobodyIsBelievedWhoWasNotAsked() throws {
        var picture = try mesh()
        let before = picture.members(at: 0)
        for term in [facts("x@h", linkedTo: ["y@h"]), vitals("x@h"), down("x@h", "killed")] {
            #expect(picture.take(try #require(try item(term)), at: 0) == false)
        }
        #expect(picture.members(at: 0) == before)
        // Of what has no link to a member nothing is kept in the end.
        let answer = try DecodedTerm(packet: snapshot("x@h", linkedTo: []).encoded).root
        picture.take(behind: .item(node: "x@h", answer))
        #expect(picture.members(at: 0) == before)
    }

    @Test func thereIsALimitForNames() throws {
        var picture = FeedPicture(entry: .init(name: "a@h"))
        try take(members((0..<2 * FeedPicture.nodeLimit).map { "n\($0)@h" }), into: &picture)
        #expect(picture.linked.count == FeedPicture.nodeLimit)
        try take(members(Array(repeating: "a@h", count: 100)), into: &picture)
        #expect(picture.linked == ["a@h"])
        for number in 0..<2 * FeedPicture.nodeLimit {
            picture.take(behind: .ended(node: "n\(number)@h", MemberRelay.late("n\(number)@h", isEntry: false)))
        }
        #expect(picture.members(at: 0).count <= FeedPicture.nodeLimit + 1)
    }

    // MARK: many

    /// 300 of a full mesh. A look at which only figures are new is cheap, however many links there are.
    @Test func threeHundredInOneFeed() throws {
        let names = (0..<300).map { "node\($0)@h" }
        var picture = FeedPicture(entry: .init(name: names[0]))
        try take(members(names), look(0), into: &picture)
        for name in names { try take(facts(name, linkedTo: names.filter { $0 != name }), into: &picture) }
        #expect(!picture.isAnybodyUnanswered)
        let members = picture.members(at: 0)
        #expect(members.count == 300 && members.allSatisfy { $0.links == 299 && $0.linksExpected == 299 })
        let items = try names.map { try #require(try item(vitals($0))) }
        let start = clock()
        for round in 1...10 {
            try take(look(), into: &picture)
            for item in items.dropLast() { picture.take(item, at: round) }
            _ = (picture.isAnybodyUnanswered, picture.late, picture.cost)
            #expect(picture.members(at: round)[0].seen == round)
        }
        // A debug build takes some 20 ms for each.
        #expect(clock() - start < 10 * Int(CLOCKS_PER_SEC) / 4)
        picture.passes(.seconds(2))
        #expect(picture.late == [names[299]])
        #expect(picture.members(at: 11).count { $0.state == .up } == 299)
    }
}
