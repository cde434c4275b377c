import ErlangTerm
import Testing

@testable import ClusterAdmin

@Suite struct DistributionLinkTests {
    private func facts(_ links: [[(Atom, Term)]], busyLimit: Int = 1000) throws -> TermView {
        let map = Term.map([
            MapPair(.atom("busy_limit"), .integer(busyLimit)),
            MapPair(.atom("connections"), .list(links.map { .map($0.map { MapPair(.atom($0.0), $0.1) }) })),
        ])
        return try DecodedTerm(packet: map.encoded).root
    }

    @Test func readsWhatANodeSays() throws {
        let links = DistributionLink.links(
            of: "a@h",
            try facts([
                [
                    ("node", .atom("c@h")), ("state", .atom("up")), ("type", .atom("normal")),
                    ("transport", .atom("tls")),
                    ("ip", .binary("::1")), ("port", .integer(4711)), ("dialled", .bool(true)), ("in", .integer(3)),
                    ("out", .integer(4)), ("bytes_in", .integer(30)), ("bytes_out", .integer(40)),
                    ("queued", .integer(5)), ("buffered", .integer(1000)), ("protocol", .atom("tlsv1.3")),
                    ("cipher", .binary("TLS_X")),
                ], [("node", .atom("b@h")), ("state", .atom("up_pending")), ("buffered", .integer(999))],
            ]))
        #expect(links.map(\.peer) == ["b@h", "c@h"])
        #expect(links[0].state == .replaced && links[0].isBusy == false && links[0].address == nil)
        #expect(
            links[1]
                == DistributionLink(
                    node: "a@h", peer: "c@h", state: .up, kind: .visible, transport: "tls", address: "[::1]:4711",
                    isDialled: true, packetsIn: 3, packetsOut: 4, bytesIn: 30, bytesOut: 40, bufferedBytes: 1000,
                    queuedBytes: 5, isBusy: true, tlsVersion: "tlsv1.3", cipher: "TLS_X"))
    }

    /// As a node of OTP 25 had them whose peer was stopped: the driver had taken what was above the limit.
    @Test(arguments: [(367_035, 34_644, true), (367_035, 0, false), (0, 34_644, false), (1 << 20, 0, true)])
    func aLinkIsBusyWhileItsDriverIsBehind(buffered: Int, queued: Int, isBusy: Bool) throws {
        let link: [(Atom, Term)] = [
            ("node", .atom("b@h")), ("buffered", .integer(buffered)), ("queued", .integer(queued)),
        ]
        let links = DistributionLink.links(of: "a@h", try facts([link], busyLimit: 1 << 20))
        #expect(links.map(\.isBusy) == [isBusy])
    }

    @Test func whatMakesNoSenseIsNotKnown() throws {
        let long = String(repeating: "x", count: 100_000)
        let links = DistributionLink.links(
            of: "a@h",
            try facts([
                [("node", .integer(1))], [],
                [
                    ("node", .atom("b@h")), ("state", .list([])), ("in", .integer(-1)),
                    ("transport", .binary(Array(long.utf8))),
                    ("buffered", .atom("x")), ("port", .integer(-5)),
                ], [("node", .atom("3UW7G348MAFMQ@erlclu")), ("type", .atom("hidden"))],
            ]))
        #expect(links.count == 1)
        #expect(links[0].state == nil && links[0].packetsIn == nil && links[0].isBusy == nil)
        #expect(links[0].transport?.count == 255)
        #expect(try DistributionLink.links(of: "a@h", DecodedTerm(packet: Term.atom("x").encoded).root).isEmpty)
        let many = (0...DistributionLink.mostLinks).map { [(Atom("node"), Term.atom(Atom("n\($0)@h")))] }
        #expect(DistributionLink.links(of: "a@h", try facts(many)).count == DistributionLink.mostLinks)
    }

    @Test func aWatchReportsWhatLinksAreAndNotWhatTheyCarry() {
        var ledger = LinkLedger()
        func words(_ links: [DistributionLink], silent: [String] = []) -> [String] {
            let failure = { NodeLinks(node: $0, links: [], failure: MemberRelay.late($0, isEntry: false)) }
            return ledger.take([NodeLinks(node: "a", links: links)] + silent.map(failure)).map {
                "\($0.link.node) \($0.link.peer) \($0.what)"
            }
        }
        var link = DistributionLink(node: "a", peer: "b", bytesIn: 1, isBusy: false)
        let other = DistributionLink(node: "c", peer: "a")
        #expect(words([link, other]) == ["a b found", "c a found"])
        link.bytesIn = 2
        #expect(words([link, other]) == [])
        link.isBusy = true
        #expect(words([link], silent: ["c"]) == ["a b changed([ClusterAdmin.LinkChange.Aspect.busy])"])
        #expect(words([link]) == ["c a gone"])
        #expect(words([other]) == ["a b gone", "c a made"])
    }
}
