import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm
import HandshakeTrace
import Testing

/// What an erlclud reports of its own handshakes, through the reader of all traces.
@Suite struct NodeTraceRecorderTests {
    private static let there = Endpoint(host: "10.0.0.1", port: 777)
    private static let here = Endpoint(host: "10.0.0.2", port: 9100)

    private static func story(_ events: [TraceEvent]) -> [String] {
        events.map { event in
            switch event.what {
            case .handshake(let detail):
                "\(detail.message.rawValue) \(detail.status?.description ?? detail.name ?? "")"
            case .epmd(let facts): "epmd \(facts.isAnswer) \(facts.port ?? 0)"
            case .certificates(let owner, let chain, let verdict):
                "certificates \(owner) \(chain.count) \(verdict.map { "\($0)" } ?? "none")"
            case .alert(let alert): "alert \(alert.description) \(event.sender.map { "\($0)" } ?? "")"
            case .ended(let reason): "ended \(reason)"
            case .secured(let version, let cipher): "\(version) \(cipher)"
            case .down(let reason): "down \(reason)"
            case let other: "\(other)"
            }
        }
    }

    private static func pair(
        _ trace: OwnTrace, _ identity: LocalIdentity = .fixed(OwnTrace.name("a@h"), creation: 7)
    ) -> TracedPair {
        let initiator = trace.dials("b@h", as: identity == .dynamic(host: "h") ? "h" : "a@h")
        initiator.connecting(to: Endpoint(host: "10.0.0.2", port: 4369), for: .epmd)
        initiator.registered("b", at: 9100)
        initiator.connecting(to: here, for: .distribution)
        initiator.connected(to: here, address: "10.0.0.2:9100", from: there)
        return TracedPair(identity, initiator, trace.accepts(from: there, at: here))
    }

    @Test func bothEndsOfAConnection() {
        let trace = OwnTrace()
        Self.pair(trace).run(.accept)
        #expect(
            Self.story(trace.events.filter { $0.side == .initiator }) == [
                "started(Diagnosis.ConnectionPurpose.distribution)", "epmd false 0", "epmd true 9100", "connected",
                "send_name a@h", "send_status ok", "send_challenge b@h", "send_challenge_reply ",
                "send_challenge_ack ", "up",
            ])
        let taken = trace.events.filter { $0.side == .acceptor }
        #expect(
            Self.story(taken) == [
                "started(Diagnosis.ConnectionPurpose.distribution)", "connected", "send_name a@h", "send_status ok",
                "send_challenge b@h", "send_challenge_reply ", "send_challenge_ack ", "up",
            ])
        #expect(trace.events.last { $0.side == .initiator }?.initiator.address == Self.there)
        #expect(taken.last?.initiator == Party(name: "a@h", address: Self.there))
        #expect(taken.last?.acceptor.address == Self.here)
        // The creation and the flags are those that came.
        let name = taken.compactMap { if case .handshake(let detail) = $0.what { detail } else { nil } }.first
        #expect(name?.creation == 7 && name?.flags?.contains(.handshake23) == true)
    }

    @Test func aNameThatIsGiven() {
        let trace = OwnTrace()
        Self.pair(trace, .dynamic(host: "h")).run(.assign(OwnTrace.name("x-1@h"), creation: 4))
        let taken = trace.events.filter { $0.side == .acceptor }
        #expect(Self.story(taken).contains("send_name h") && Self.story(taken).contains("send_status named:x-1@h"))
        #expect(taken.last?.initiator.name == "x-1@h" && taken.last?.what == .up)
    }

    @Test func anOldLinkIsReplacedOrNot() {
        let trace = OwnTrace()
        Self.pair(trace).run(.askWhetherAlive)
        for side in Role.allCases {
            let story = Self.story(trace.events.filter { $0.side == side })
            #expect(story.contains("send_status alive") && story.contains("send_status true"), "\(side): \(story)")
            #expect(story.last == "up", "\(side): \(story)")
        }
    }

    /// How a peer is refused, and what both ends make of it.
    @Test(
        arguments: [
            (.refuse, "other", .nok), (.deny, "other", .refused), (.accept, "wrong", .cookie),
        ] as [(AcceptorDecision, String, TracedPair.Refusal)])
    func refusals(_ decision: AcceptorDecision, _ cookie: String, _ refusal: TracedPair.Refusal) {
        let trace = OwnTrace()
        Self.pair(trace).run(decision, cookie: cookie)
        let ends = trace.events.compactMap { event -> (Role?, EndReason)? in
            if case .ended(let reason) = event.what { (event.side, reason) } else { nil }
        }
        let expected: EndReason =
            switch refusal {
            case .nok: .refusedBy(.nok)
            case .refused: .violation("refused")
            case .cookie: .wrongCookie
            }
        #expect(ends.contains { $0.0 == .acceptor && $0.1 == expected }, "\(ends)")
        if refusal == .refused {
            #expect(ends.contains { $0.0 == .initiator && $0.1 == .refusedBy(.notAllowed) }, "\(ends)")
        }
    }

    /// Where an attempt is, and what has been reported of it until then.
    enum Place: CaseIterable {
        case lookup
        case epmd
        case tcp
        case dialledTLS
        case dialledStatus
        case dialledAck
        case takenTLS
        case takenName
        case takenReply

        var side: Role {
            switch self {
            case .takenTLS, .takenName, .takenReply: .acceptor
            default: .initiator
            }
        }

        var stage: NodeFailure.Stage {
            switch self {
            case .lookup: .dns
            case .epmd: .epmd
            case .tcp: .tcp
            case .dialledTLS, .takenTLS: .tls
            case .dialledStatus: .status
            case .dialledAck: .ack
            case .takenName: .name
            case .takenReply: .reply
            }
        }

        var reasons: [EndReason] {
            let way: [EndReason] = [.timeout(milliseconds: nil), .unreachable("No route to host"), .violation("odd")]
            let words: [EndReason] = [
                .closed(by: side.other), .reset(by: side.other), .timeout(milliseconds: nil), .violation("odd: \"x\""),
                .unreachable("No route to host"), .other("else"),
            ]
            let tls: [EndReason] = [
                .tls("odd"), .notTLS([0, 5, 110]), .notTLS([71]), .noCommonParameters("no shared cipher"), .foreignKey,
            ]
            return switch self {
            case .lookup: [.unresolved("no such host")]
            case .epmd: way + [.refused, .notRegistered, .closed(by: .acceptor)]
            case .tcp: way + [.refused]
            case .dialledTLS, .takenTLS: words + tls
            case .dialledStatus:
                words + [
                    .refusedBy(.nok), .refusedBy(.notAllowed), .refusedBy(.alive), .refusedBy(.unknown("odd")),
                    .notDistribution([21, 3, 1]),
                ]
            case .dialledAck: words + [.wrongCookie]
            case .takenName: words + [.notDistribution([22, 3, 1]), .notDistribution([71])]
            case .takenReply: words + [.wrongCookie, .refusedBy(.alive)]
            }
        }
    }

    /// Each reason is read as what it was, with the code that this side found itself.
    @Test(arguments: Place.allCases)
    func endsAreReadAsTheyWere(_ place: Place) {
        for reason in place.reasons {
            let trace = OwnTrace()
            let recorder = Self.recorder(at: place, trace)
            var facts = AttemptFacts(initiator: Party(name: "a@h"), acceptor: Party(name: "b@h"), now: 1_000_002)
            facts.ends = [AttemptFacts.End(side: place.side, reason: reason, stage: place.stage)]
            if place.side == .acceptor { facts.waited[.acceptor] = 1 }
            let isSecure = place == .dialledTLS || place == .takenTLS
            if isSecure { facts.secureSides = [place.side] } else { facts.plainSides = [place.side] }
            recorder.failing(facts)
            recorder.failed(NodeFailure(.closed, stage: place.stage, node: "b@h", message: "", remedy: ""))
            guard let last = trace.events.last, case .ended(let read) = last.what else {
                Issue.record("\(place), \(reason): \(Self.story(trace.events))")
                continue
            }
            #expect(read == reason, "\(place): \(Self.story(trace.events))")
            let seen = AttemptFacts(
                initiator: last.initiator, acceptor: last.acceptor, now: facts.now, events: trace.events)
            #expect(seen.failure?.code == facts.failure?.code, "\(place), \(reason): \(Self.story(trace.events))")
        }
    }

    private static func recorder(at place: Place, _ trace: OwnTrace) -> NodeTraceRecorder {
        let isSecure = place == .dialledTLS || place == .takenTLS
        if place.side == .acceptor {
            let recorder = trace.accepts(from: there, at: here, isSecure: isSecure)
            guard place == .takenReply else { return recorder }
            TracedPair(.fixed(OwnTrace.name("a@h"), creation: 7), nil, recorder).begin()
            return recorder
        }
        let recorder = trace.dials("b@h", as: "a@h", isSecure: isSecure)
        recorder.connecting(to: Endpoint(host: "host", port: 4369), for: .epmd)
        guard place != .lookup else { return recorder }
        recorder.resolved("host", to: ["10.0.0.2"])
        guard place != .epmd else { return recorder }
        recorder.registered("b", at: 9100)
        recorder.connecting(to: here, for: .distribution)
        guard place != .tcp else { return recorder }
        recorder.connected(to: here, address: "10.0.0.2:9100", from: there)
        guard !isSecure else { return recorder }
        let pair = TracedPair(.fixed(OwnTrace.name("a@h"), creation: 7), recorder, nil)
        if place == .dialledAck { pair.begin() } else { pair.start() }
        return recorder
    }

    // MARK: TLS

    private static let leaf: [UInt8] = Array("leaf".utf8)
    private static let issuer: [UInt8] = Array("issuer".utf8)

    private static func security(verifies: Bool = true) -> TracedSecurity {
        TracedSecurity(
            version: "TLS 1.3", cipher: "TLS_AES_256_GCM_SHA384", chain: [leaf, issuer], own: Array("own".utf8),
            verifiesPeer: verifies)
    }

    @Test(arguments: [true, false])
    func tlsThatCameUp(_ verifies: Bool) {
        let trace = OwnTrace()
        let recorder = trace.accepts(from: Self.there, at: Self.here, isSecure: true)
        recorder.security = { Self.security(verifies: verifies) }
        recorder.secured()
        #expect(
            Self.story(trace.events).dropFirst(2)
                == (verifies
                    ? ["certificates initiator 2 accepted", "TLS 1.3 TLS_AES_256_GCM_SHA384"]
                    : ["TLS 1.3 TLS_AES_256_GCM_SHA384", "certificates initiator 1 none"]))
    }

    @Test(
        arguments: [
            .expired, .unknownCA, .selfSigned, .usage, .revoked, .invalidSignature, .other("odd"),
            .name(expected: "b.example.com", presented: ["c.example.com"]),
            .revocationUnknown("no list", isBeyondRepair: true),
        ] as [CertificateDefect])
    func aCertificateThatIsRefused(_ defect: CertificateDefect) {
        let trace = OwnTrace()
        let recorder = trace.accepts(from: Self.there, at: Self.here, isSecure: true)
        recorder.security = { Self.security() }
        recorder.passed(TLSMessage(fromPeer: false, content: .alert(level: 2, description: 46)))
        var facts = AttemptFacts(initiator: Party(), acceptor: Party(name: "b@h"), now: 1_000_002)
        facts.secureSides = [.acceptor]
        facts.refusals = [.init(owner: .initiator, chain: [], defect: defect)]
        facts.ends = [.init(side: .acceptor, reason: .tls(""), stage: .tls)]
        recorder.failing(facts)
        recorder.failed(NodeFailure(.caUnknown, stage: .tls, node: "b@h", message: "", remedy: ""))
        let read = trace.events.compactMap { event -> CertificateDefect? in
            if case .certificates(.initiator, _, .refused(let defect, _)) = event.what { defect } else { nil }
        }
        #expect(read == [defect])
        #expect(Self.story(trace.events).suffix(2) == ["alert 46 acceptor", "ended tls(\"certificate_unknown\")"])
    }

    /// The peer refuses the certificate of this node, and has none itself.
    @Test func alertsAreReported() {
        let trace = OwnTrace()
        let recorder = trace.dials("b@h", as: "a@h", isSecure: true)
        recorder.connecting(to: Endpoint(host: "10.0.0.2", port: 4369), for: .epmd)
        recorder.registered("b", at: 9100)
        recorder.connecting(to: Self.here, for: .distribution)
        recorder.connected(to: Self.here, address: "10.0.0.2:9100", from: Self.there)
        recorder.security = { Self.security() }
        recorder.secured()
        recorder.passed(TLSMessage(fromPeer: true, content: .alert(level: 2, description: 48)))
        recorder.passed(TLSMessage(fromPeer: false, content: .alert(level: 1, description: 0)))
        var facts = AttemptFacts(initiator: Party(name: "a@h"), acceptor: Party(name: "b@h"), now: 1_000_002)
        facts.ends = [.init(side: .initiator, reason: .tls(""), stage: .tls)]
        recorder.failing(facts)
        recorder.failed(NodeFailure(.caUnknown, stage: .tls, node: "b@h", message: "", remedy: ""))
        #expect(
            Self.story(trace.events).suffix(3) == [
                "alert 48 acceptor", "certificates initiator 1 none", "ended tls(\"unknown_ca\")",
            ])
    }

    // MARK: links

    /// A probe comes and goes beside the link to the same node, and neither is taken for the other.
    @Test(arguments: [true, false])
    func aProbeIsNoLink(_ isProbeFirst: Bool) {
        let trace = OwnTrace()
        let link = trace.dials("b@h", as: "a@h")
        let probe = trace.dials("b@h", as: "h")
        for recorder in isProbeFirst ? [probe, link] : [link, probe] {
            recorder.connecting(to: Endpoint(host: "10.0.0.2", port: 4369), for: .epmd)
        }
        for recorder in isProbeFirst ? [probe, link] : [link, probe] {
            recorder.rose()
            // A probe that is on its way did not lose against the link.
            if recorder === link { trace.nodeUp("b@h") }
        }
        probe.closed()
        trace.nodeDown("b@h", "net_tick_timeout")
        let ups = trace.events.filter { $0.what == .up }.map(\.connection)
        let downs = trace.events.compactMap { event -> (Int?, String)? in
            if case .down(let reason) = event.what { (event.connection, reason) } else { nil }
        }
        #expect(ups.count == 2 && downs.count == 2, "\(Self.story(trace.events))")
        let (first, second) = isProbeFirst ? (ups.first, ups.last) : (ups.last, ups.first)
        #expect(downs.first?.0 == first && downs.first?.1 == "connection_closed", "\(downs)")
        #expect(downs.last?.0 == second && downs.last?.1 == "net_tick_timeout", "\(downs)")
    }

    /// Nothing follows the end of an attempt.
    @Test func theFirstEndCounts() {
        let trace = OwnTrace()
        let recorder = trace.accepts(from: Self.there, at: Self.here)
        recorder.gaveWay()
        let count = trace.events.count
        recorder.gaveWay()
        recorder.rose()
        recorder.failed(NodeFailure(.closed, stage: .name, node: "b@h", message: "", remedy: ""))
        #expect(trace.events.count == count && trace.events.last?.what == .ended(.refusedBy(.nok)))
    }
}
