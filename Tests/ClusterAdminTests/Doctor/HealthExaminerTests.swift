import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm
import HandshakeTrace
import Testing

@testable import ClusterAdmin

@Suite struct HealthExaminerTests {
    private static let now = 1_800_000_000
    private static let day = 86_400

    private static func certificate(
        from: Int = -1, until: Int = 100, names: [String] = ["10.0.0.7"], addresses: [String] = ["10.0.0.7"]
    ) -> CertificateFacts {
        CertificateFacts(
            subject: "CN=app", issuer: "CN=ca", serial: "1f", notBefore: now + from * day, notAfter: now + until * day,
            dnsNames: names, ipAddresses: addresses, extendedKeyUsage: nil, fingerprint: "")
    }

    private static let security = TLSConnectionFacts(
        version: "TLS 1.2", cipher: "C", peerChain: [certificate()], ownCertificate: certificate(),
        isCertificateRequested: true, isPeerVerified: true, serverName: "10.0.0.7")

    private static func term(_ fields: [(Atom, Term)]) -> Term {
        let base: [(Atom, Term)] = [
            ("node", .atom("app@10.0.0.7")), ("otp", .binary(Array("27".utf8))), ("erts", .binary(Array("15.2".utf8))),
            ("clock", .integer(now * 1_000_000)), ("init", .atom("started")), ("rex", .atom("true")),
            ("long_names", .atom("true")), ("cookie", .integer(42)), ("cookie_from", .atom("argument")),
            ("proto_dist", .binary(Array("inet_tls".utf8))), ("listens", .integer(9100)),
            ("epmd", .tuple([.atom("names"), .list([.tuple([.binary(Array("app".utf8)), .integer(9100)])])])),
            ("versions", .list([])), ("sshd", .integer(0)), ("running", .list([.atom("kernel")])),
            ("starting", .list([])), ("trust", trust(verify: "verify_peer", demands: "true")),
        ]
        let changed = base.map { field in fields.first { $0.0 == field.0 } ?? field }
        return .tuple([.atom("checkup"), .map(changed.map { MapPair(.atom($0.0), $0.1) })])
    }

    private static func trust(verify: String, demands: String) -> Term {
        let side = Term.map([
            MapPair(.atom("verify"), .atom(Atom(verify))), MapPair(.atom("fail_if_no_peer_cert"), .atom(Atom(demands))),
        ])
        return .map([MapPair(.atom("server"), side), MapPair(.atom("client"), side)])
    }

    private func checkup(_ fields: [(Atom, Term)] = []) throws -> NodeCheckup {
        var encoder = TermEncoder()
        encoder.write(Self.term(fields))
        return try #require(NodeCheckup(try DecodedTerm(packet: [131] + encoder.bytes).root))
    }

    private func examine(
        _ fields: [(Atom, Term)] = [], security: TLSConnectionFacts? = Self.security,
        flags: DistributionFlags = .mandatory26, took: Int = 2000, accepted: [String] = []
    ) throws -> [HealthCheck] {
        HealthExaminer(
            node: "app@10.0.0.7", now: Self.now, checkup: try checkup(fields),
            timing: CheckupTiming(asked: Self.now * 1_000_000, took: took), security: security, flags: flags,
            cookieOrigin: "from a file", cookieHash: 42, accepted: (accepted, "context prod (f:3)")
        ).checks
    }

    private func warnings(_ checks: [HealthCheck]) -> [HealthCheck.Topic] {
        checks.filter(\.isWarning).map(\.topic)
    }

    @Test func findsNothingWhereAllIsWell() throws {
        let checks = try examine()
        #expect(warnings(checks) == [])
        let absent: Set<HealthCheck.Topic> = [.distribution, .transport, .acceptor, .applications]
        #expect(Set(checks.map(\.topic)) == Set(HealthCheck.Topic.allCases).subtracting(absent))
        #expect(checks.allSatisfy { !$0.facts.isEmpty })
    }

    @Test func saysNothingOfCertificatesWithoutTLS() throws {
        let topics = try examine(security: nil).map(\.topic)
        #expect(topics == [.clock, .cookie, .release, .flags, .nameType, .epmd, .advisory])
    }

    @Test(arguments: [
        (-5, -1, FailureCode.certificateExpired), (1, 9, .certificateNotYetValid), (-5, 13, .certificateExpired),
    ])
    func looksAtTheTimesOfBothSides(from: Int, until: Int, code: FailureCode) throws {
        var theirs = Self.security
        theirs.peerChain = [Self.certificate(), Self.certificate(from: from, until: until)]
        let found = try examine(security: theirs).filter(\.isWarning)
        #expect(found.map(\.topic) == [.certificate])
        #expect(found.map(\.code) == [code])
        var ours = Self.security
        ours.ownCertificate = Self.certificate(from: from, until: until)
        #expect(try warnings(examine(security: ours)) == [.ownCertificate])
    }

    @Test(arguments: [
        (["10.0.0.7"], [], true), ([], ["10.0.0.7"], false), (["app.example"], [], false), ([], [], false),
        (["*.0.0.7"], [], false),
    ])
    func comparesNames(names: [String], addresses: [String], isFine: Bool) throws {
        var security = Self.security
        security.peerChain = [Self.certificate(names: names, addresses: addresses)]
        #expect(try warnings(examine(security: security)) == (isFine ? [] : [.certificateName]))
    }

    /// No two nodes connect by a wildcard, unless their option files match as HTTPS does.
    @Test func wildcardsAreForNobodyWithoutTheMatchFun() throws {
        var security = Self.security
        security.peerChain = [Self.certificate(names: ["*.0.0.7"])]
        let found = try #require(examine(security: security).first { $0.topic == .certificateName })
        let remedy = try #require(found.remedy).text(\.plainWords)
        #expect(found.isWarning && remedy.contains("pkix_verify_hostname_match_fun(https)"))
        security.allowsWildcards = true
        #expect(try warnings(examine(security: security)).isEmpty)
    }

    @Test(arguments: [
        ("a.example.com", "*.example.com", true), ("A.example.com", "a.EXAMPLE.com", true),
        ("a.b.example.com", "*.example.com", false), ("example.com", "*.example.com", false),
        ("com", "*", false), ("a", "*.", false),
    ])
    func matchesWildcards(host: String, pattern: String, matches: Bool) {
        let certificate = CertificateFacts(
            subject: "CN=x", issuer: "CN=ca", serial: "01", notBefore: 0, notAfter: 1, dnsNames: [pattern],
            ipAddresses: [], extendedKeyUsage: nil, fingerprint: "")
        #expect((certificate.match(host) != .none) == matches)
    }

    /// What others are refused by, as far as a check can know it.
    @Test func whatKeepsOthersOutIsToldFromWhatMay() throws {
        func obstacles(_ fields: [(Atom, Term)]) throws -> [FailureCode] {
            try examine(fields).filter { $0.obstacle != nil }.compactMap(\.code)
        }
        #expect(try obstacles([]) == [])
        let refused = ("epmd" as Atom, Term.tuple([.atom("error"), .atom("address")]))
        #expect(try obstacles([refused]) == [.epmdRefused])
        #expect(try obstacles([("epmd", .tuple([.atom("error"), .atom("timeout")]))]) == [.epmdTimeout])
        #expect(try obstacles([("epmd", .tuple([.atom("names"), .list([])]))]) == [.epmdNotRegistered])
        #expect(try obstacles([("epmd", .atom("other"))]) == [])
        // What concerns only us is none.
        #expect(try obstacles([("cookie", .integer(43)), ("init", .atom("starting"))]) == [])
        let check = try #require(try examine([refused]).first { $0.obstacle != nil })
        let failure = try #require(check.failure(of: "app@10.0.0.7"))
        #expect(failure.stage == .epmd && failure.certainty == .certain && failure.message.contains("app@10.0.0.7"))
    }

    @Test(arguments: [
        ("verify_peer", -1, FailureCode?.some(.certificateExpired)), ("verify_none", -1, nil),
        ("verify_peer", 5, nil),
    ])
    func aCertificateKeepsOutThoseWhoLookAtIt(verify: String, until: Int, code: FailureCode?) throws {
        let examiner = HealthExaminer(
            node: "app@10.0.0.7", now: Self.now,
            checkup: try checkup([("trust", Self.trust(verify: verify, demands: "true"))]),
            timing: CheckupTiming(asked: Self.now * 1_000_000, took: 10), security: nil, flags: nil, cookieOrigin: "",
            cookieHash: 0)
        let chain = [Self.certificate(from: -9, until: until)]
        let checks = examiner.certificates(served: chain)
        #expect(checks.filter { $0.obstacle != nil }.compactMap(\.code) == [code].compactMap { $0 })
        #expect(checks.contains { $0.isWarning } && examiner.unreadableFiles.isEmpty)
    }

    @Test func looksAtTrustInBothDirections() throws {
        var blind = Self.security
        blind.isPeerVerified = false
        #expect(try warnings(examine(security: blind)) == [.trust])
        var open = Self.security
        open.isCertificateRequested = false
        open.ownCertificate = nil
        #expect(try warnings(examine(security: open)) == [.trust])
        // It asks, and takes nothing for an answer.
        var lax = Self.security
        lax.ownCertificate = nil
        #expect(try warnings(examine(security: lax)) == [.trust])
        let careless = Self.trust(verify: "verify_none", demands: "false")
        #expect(try warnings(examine([("trust", careless)])) == [.trust, .trust])
    }

    @Test(arguments: [(0, false), (-1_999_000, false), (2_000_500, false), (3_000_000, true), (-9_000_000, true)])
    func comparesClocks(difference: Int, isOff: Bool) throws {
        let checks = try examine([("clock", .integer(Self.now * 1_000_000 + difference))])
        #expect(warnings(checks) == (isOff ? [.clock] : []))
    }

    @Test func forgivesAClockThatAnAnswerTookLongToBring() throws {
        let late = Self.now * 1_000_000 + 6_000_000
        #expect(try warnings(examine([("clock", .integer(late))], took: 8_000_000)) == [])
    }

    @Test func looksAtWhatOthersAreTold() throws {
        func names(_ name: String, _ port: Int) -> Term {
            .tuple([.atom("names"), .list([.tuple([.binary(Array(name.utf8)), .integer(port)])])])
        }
        #expect(try warnings(examine([("epmd", names("app", 9100))])) == [])
        #expect(try warnings(examine([("epmd", names("app", 9101))])) == [.epmd])
        #expect(try warnings(examine([("epmd", names("shop", 9100))])) == [.epmd])
        #expect(try warnings(examine([("epmd", .tuple([.atom("error"), .atom("address")]))])) == [.epmd])
        #expect(try warnings(examine([("epmd", .atom("other"))])) == [])
    }

    /// What the operator can set stands in a remedy as what it is: the options are not named here.
    @Test func remediesNameNoOptions() throws {
        var security = Self.security
        security.isPeerVerified = false
        let stranger = Term.tuple([.atom("names"), .list([.tuple([.binary(Array("shop".utf8)), .integer(9100)])])])
        let checks = try examine([("epmd", stranger)], security: security)
        let means = checks.compactMap(\.remedy).flatMap(\.parts).compactMap { part in
            if case .means(let means) = part { means } else { nil }
        }
        #expect(means.contains(.nodeAddress) && means.contains(.authorities), "\(means)")
        #expect(checks.allSatisfy { $0.remedy?.text(\.plainWords).contains("--") != true })
    }

    @Test func looksAtCookieFlagsAndNames() throws {
        #expect(try warnings(examine([("cookie", .integer(43))])) == [.cookie])
        #expect(try warnings(examine(flags: .mandatory25)) == [.flags])
        #expect(try warnings(examine([("long_names", .atom("false"))])) == [.nameType])
        #expect(try warnings(examine([("otp", .binary(Array("22".utf8)))])) == [.release])
    }

    @Test func namesPublishedWeaknesses() throws {
        func versions(_ pairs: [(String, String)]) -> Term {
            .list(pairs.map { .tuple([.atom(Atom($0.0)), .binary(Array($0.1.utf8))]) })
        }
        let ssh = versions([("ssh", "5.2.9")])
        #expect(try warnings(examine([("versions", ssh)])) == [], "without a daemon")
        let found = try examine([("versions", ssh), ("sshd", .integer(1))]).filter(\.isWarning)
        #expect(found.map(\.code) == [.sshAdvisory])
        #expect(found.first?.facts.contains("CVE-2025-32433") == true)
        #expect(try warnings(examine([("versions", versions([("public_key", "1.13.2")]))])) == [.advisory])
        // Whoever runs the node knows.
        let known = try examine([("versions", ssh), ("sshd", .integer(1))], accepted: ["CVE-2025-32433"])
        #expect(warnings(known) == [])
        #expect(known.last?.facts == "CVE-2025-32433 (ssh-5.2.9) is accepted (context prod (f:3))")
        let plain: (Atom, Term) = ("proto_dist", .binary(Array("inet_tcp".utf8)))
        #expect(try warnings(examine([("versions", versions([("public_key", "1.13.2")])), plain])) == [])
    }

    @Test(arguments: [Int.min, Int.max, -1, 1 << 60]) func fearsNoClock(clock: Int) throws {
        let checks = try examine([
            ("clock", .integer(clock)), ("cookie", .integer(clock)), ("listens", .integer(clock)),
        ])
        #expect(checks.first { $0.topic == .clock }?.facts == "the node does not report its time")
    }

    @Test func takesAnythingForACheckup() throws {
        let odd = try checkup(Self.oddities)
        #expect(odd.registrations == .other)
        #expect(odd.runningApplications == nil)
        #expect(odd.progress == nil)
        #expect(NodeCheckup(try DecodedTerm(packet: [131, 106]).root) == nil)
    }

    private static let oddities: [(Atom, Term)] = [
        "node", "otp", "erts", "clock", "rex", "cookie", "epmd", "versions", "sshd", "running", "starting", "trust",
        "init", "listens",
    ].map { (Atom($0), .atom("undefined")) }
}
