import Diagnosis
import ErlangNode
import ErlangTerm
import HandshakeTrace
import Testing

@testable import ClusterAdmin

@Suite struct ReachReportTests {
    private func report(_ state: String, _ facts: [(Atom, Term)] = [], to target: String = "b@10.0.0.8") throws
        -> ReachReport
    {
        let base: [(Atom, Term)] = [
            ("from", .atom("a@10.0.0.7")), ("state", .atom(Atom(state))), ("began", .integer(1000)),
            ("ended", .integer(9000)), ("long_names", .atom("true")), ("proto_dist", .binary(Array("inet_tcp".utf8))),
            ("cookie", .integer(42)),
        ]
        let map = Term.map((base + facts).map { MapPair(.atom($0.0), $0.1) })
        var encoder = TermEncoder()
        encoder.write(.tuple([.atom("reach"), .atom(Atom(target)), map]))
        return try #require(ReachReport(try DecodedTerm(packet: [131] + encoder.bytes).root))
    }

    private static func ok(_ value: Term) -> Term { .tuple([.atom("ok"), value]) }
    private static func error(_ reason: Atom) -> Term { .tuple([.atom("error"), .atom(reason)]) }
    private static let resolved: [(Atom, Term)] = [
        ("address", ok(.binary(Array("10.0.0.8".utf8)))), ("address_at", .integer(2000)),
    ]
    private static let registered: [(Atom, Term)] =
        resolved + [("port", ok(.integer(9100))), ("port_at", .integer(3000))]

    @Test(arguments: [
        ([("address", error("nxdomain")), ("address_at", Term.integer(2000))], FailureCode.dns, Rung.dns),
        (resolved + [("port", error("noport")), ("port_at", .integer(3000))], .epmdNotRegistered, .epmd),
        (resolved + [("port", error("econnrefused")), ("port_at", .integer(3000))], .epmdRefused, .epmd),
        (resolved + [("port", error("timeout")), ("port_at", .integer(3000))], .epmdTimeout, .epmd),
        (registered + [("tcp", error("econnrefused")), ("tcp_at", .integer(9900))], .tcpRefused, .tcp),
        (registered + [("tcp", error("etimedout")), ("tcp_at", .integer(9900))], .tcpTimeout, .tcp),
        (registered + [("tcp", .atom("ok")), ("tcp_at", .integer(9900))], .closed, .name),
    ])
    func saysHowFarANodeCame(facts: [(Atom, Term)], code: FailureCode, rung: Rung) throws {
        let report = try report("failed", facts)
        let failure = try #require(report.failure)
        #expect(failure.code == code)
        #expect((failure.certainty == .certain) == (code != .closed))
        var ladder = Ladder(usesTLS: false, to: .up, start: report.began)
        for event in report.events { ladder.add(event) }
        #expect(ladder.broken?.rung == rung)
        #expect(ladder.broken?.failure == failure)
    }

    @Test func tellsShortFromLongNames() throws {
        let failure = try #require(try report("failed", Self.resolved, to: "b@host").failure)
        #expect(failure.code == .nameType)
    }

    @Test(arguments: ["up", "made"]) func climbsToTheTop(state: String) throws {
        let report = try report(state, Self.registered)
        #expect(report.failure == nil)
        #expect(report.isConnected)
        var ladder = Ladder(usesTLS: true, to: .up, start: report.began)
        for event in report.events { ladder.add(event) }
        #expect(ladder[.up]?.verdict == .passed)
        #expect(ladder[.epmd]?.facts == ["b listens on port 9100"])
    }

    @Test(arguments: [Int.min, Int.max, -1]) func fearsNoTime(time: Int) throws {
        let report = try report(
            "failed",
            [
                ("address", Self.ok(.binary(Array("10.0.0.8".utf8)))), ("address_at", .integer(time)),
                ("port", Self.ok(.integer(time))), ("port_at", .integer(1000)), ("tcp", .atom("ok")),
                ("tcp_at", .integer(time)),
            ])
        var ladder = Ladder(usesTLS: false, to: .up, start: report.began)
        for event in report.events { ladder.add(event) }
        #expect(ladder.broken != nil)
    }

    @Test func refusesWhatIsNoReport() throws {
        #expect(ReachReport(try DecodedTerm(packet: [131, 106]).root) == nil)
        let odd = try report("failed", [("address", .atom("odd")), ("port", .integer(1)), ("tcp", .list([]))])
        #expect(odd.failure?.code == .closed)
    }
}
