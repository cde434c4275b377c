import Diagnosis
import ErlangTerm
import Testing

@testable import ClusterAdmin

@Suite struct NodeCertificateTests {
    private static let day = 86_400

    private func facts(
        _ subject: String = "CN=x", from: Int = 0, until: Int = 100 * day, dns: [String] = ["h"], ip: [String] = [],
        print fingerprint: String = "f"
    ) -> CertificateFacts {
        CertificateFacts(
            subject: subject, issuer: "CN=ca", serial: "01", notBefore: from, notAfter: until, dnsNames: dns,
            ipAddresses: ip, extendedKeyUsage: nil, fingerprint: fingerprint)
    }

    @Test(arguments: [
        (["H.test"], [], "CN=x", CertificateFacts.HostMatch.exact), (["*.test"], [], "CN=x", .wildcard("*.test")),
        ([], ["h.test"], "CN=x", .addressOnly), ([], [], "O=y,CN=h.test", .commonName), ([], [], "CN=x", .none),
        // The common name counts only where there is no other.
        (["other"], [], "CN=h.test", .none),
    ]) func namesAreComparedAsOTPDoes(dns: [String], ip: [String], subject: String, match: CertificateFacts.HostMatch) {
        #expect(facts(subject, dns: dns, ip: ip).match("h.test") == match)
    }

    @Test func findings() {
        func found(_ facts: CertificateFacts, at time: Int = Self.day, within days: Int = 30) -> [String] {
            NodeCertificate(node: "a@h", chain: [facts], source: .options, time: time)
                .findings(within: days * Self.day).map(\.rawValue)
        }
        #expect(found(facts()) == [])
        #expect(found(facts(), within: 99) == [])
        #expect(found(facts(), within: 100) == ["ending"])
        #expect(found(facts(), at: 101 * Self.day) == ["expired"])
        #expect(found(facts(from: 2 * Self.day)) == ["not_yet_valid"])
        #expect(found(facts(dns: ["other"]), within: 1_000) == ["ending", "name"])
        #expect(NodeCertificate(node: "a@h", chain: [], source: nil, time: 0).findings(within: 1).isEmpty)
        let past = NodeCertificate(node: "a@h", chain: [facts()], source: nil, time: 100 * Self.day + 1)
        #expect(past.daysLeft == -1 && past.host == "h")
    }

    private func fact(_ key: Atom, _ value: Term) -> MapPair { MapPair(.atom(key), value) }

    /// - Parameters:
    ///   - serves: certificates, here their texts.
    ///   - shows: those of peers that it has dialled.
    private func snapshot(
        carrier: String = "inet_tls", serves: [String]? = nil, shows: KeyValuePairs<String, [String]> = [:]
    ) throws -> TermView {
        func certificate(_ chain: [String]) -> Term {
            .map([fact("chain", .list(chain.map { .binary(Array($0.utf8)) }))])
        }
        let links = shows.map { peer, chain in
            Term.map([
                fact("node", .atom(Atom(peer))), fact("state", .atom("up")), fact("dialled", .bool(true)),
                fact("certificate", certificate(chain)),
            ])
        }
        let facts = Term.map([
            fact("proto_dist", .binary(Array(carrier.utf8))), fact("connections", .list(links)),
            fact("serves", serves.map(certificate) ?? .atom("undefined")),
        ])
        return try DecodedTerm(packet: Term.tuple([.atom("snapshot"), facts]).encoded).root
    }

    /// "name:days" stands for DER.
    private func read(_ der: [UInt8]) -> CertificateFacts? {
        let parts = String(decoding: der, as: UTF8.self).split(separator: ":")
        guard parts.count == 2, let days = Int(parts[1]) else { return nil }
        return facts("CN=\(parts[0])", until: days * Self.day, print: String(parts[0]))
    }

    @Test func eachIsTakenFromWhereItIsKnownBest() throws {
        var roster = MemberRoster(entry: .init(name: "a@h", certificate: facts("CN=ours", until: 7 * Self.day)))
        roster.take(.members(["a@h", "b@h", "c@h", "d@h", "e@h", "f@h"]))
        roster.take(.item(node: "a@h", try snapshot(serves: ["new:90"], shows: ["c@h": ["old:3"]])))
        roster.take(
            .item(
                node: "b@h", try snapshot(serves: ["own:20", "no certificate", "ca:900"], shows: ["c@h": ["last:5"]])))
        roster.take(.item(node: "c@h", try snapshot()))
        roster.take(.item(node: "d@h", try snapshot(carrier: "inet_tcp")))
        roster.take(.item(node: "f@h", try snapshot()))
        let lost = NodeFailure(.rpc, stage: .up, node: "e@h", message: "no result", remedy: "")
        roster.take(.ended(node: "e@h", lost))
        let found = roster.certificates(now: Self.day, read)
        #expect(found.map(\.node) == ["c@h", "a@h", "b@h", "d@h", "e@h", "f@h"])
        #expect(found.map(\.source) == [.link, .handshake, .options, nil, nil, nil])
        #expect(found.map { $0.chain.map(\.subject) } == [["CN=last"], ["CN=ours"], ["CN=own", "CN=ca"], [], [], []])
        #expect(found.map(\.usesTLS) == [true, true, true, false, true, true])
        #expect(found.map(\.daysLeft) == [4, 6, 19, nil, nil, nil])
        #expect(found[4].failure == lost)
        #expect(found.map { $0.successor?.subject } == [nil, "CN=new", nil, nil, nil, nil])
    }

    @Test func whatAPeerSendsIsBounded() throws {
        var roster = MemberRoster(entry: .init(name: "a@h"))
        roster.take(.members(["a@h"]))
        let long = String(repeating: "x", count: 70_000) + ":1"
        roster.take(.item(node: "a@h", try snapshot(serves: [long] + (0..<100).map { "n\($0):1" })))
        #expect(roster.certificates(now: 0, read)[0].chain.count == 15)
    }
}
