import Diagnosis
import Presentation

/// The facts of our own handshake, as far as it fills them in. Whoever records compares what is read back.
extension AttemptFacts {
    var ownJSON: JSONValue {
        var members = [JSONMember("now", .integer(now)), JSONMember("acceptor", .string(acceptor.name ?? ""))]
        func put(_ key: String, _ value: JSONValue?) {
            if let value { members.append(JSONMember(key, value)) }
        }
        func put(_ key: String, _ isSo: Bool) { if isSo { put(key, .boolean(true)) } }
        put("secure", secureSides.contains(.initiator))
        put("certificate_requested", isCertificateRequested)
        put("hello_answered", isHelloAnswered)
        put("version", version.map { .string($0) })
        put("probe", probe.map { .string("\($0)") })
        var seen: [TraceEvent] = []
        for role in Role.allCases {
            guard let chain = certificates[role] else { continue }
            seen.append(Self.event(.certificates(shownBy: role, chain, nil), sender: role))
        }
        for alert in alerts { seen.append(Self.event(.alert(alert.facts), sender: alert.sender)) }
        for end in ends {
            seen.append(
                TraceEvent(
                    time: now * 1_000_000, vantage: .own, connection: 1, side: end.side, stage: end.stage,
                    sender: end.sender, what: .ended(end.reason)))
        }
        put("seen", .array(seen.map(\.json)))
        if !refusals.isEmpty { put("refusals", .array(refusals.map(\.json))) }
        if let own {
            put("waited", own.waited.isEmpty ? nil : .string(own.waited))
            put("cookie", .string(own.cookie))
            if let offer = own.offer {
                put("offers", .array(offer.versions.map { .string($0) }))
                put("ciphers", offer.ciphers.map { .string($0) })
            }
            if !own.trusted.isEmpty {
                put("trusts", Self.event(.certificates(shownBy: .initiator, own.trusted, nil)).json)
            }
        }
        return .object(members)
    }

    init(ownJSON json: JSONValue) throws {
        guard let now = json["now"]?.integer, let name = json["acceptor"]?.text,
            let seen = json["seen"]?.elements
        else { throw RecordingFault.member("own") }
        self.init(
            initiator: Party(), acceptor: Party(name: name, address: RecordingScrub.acceptorPlace), now: now)
        func holds(_ key: String) -> Bool { json[key] == .boolean(true) }
        var own = OwnSide(endpoint: RecordingScrub.acceptorPlace)
        own.waited = json["waited"]?.text ?? ""
        own.cookie = json["cookie"]?.text ?? ""
        if let versions = json["offers"]?.elements?.compactMap(\.text) {
            own.offer = TLSOffer(versions: versions, ciphers: json["ciphers"]?.text)
        }
        if let trusted = json["trusts"], case .certificates(_, let chain, _) = try TraceEvent(json: trusted).what {
            own.trusted = chain
        }
        self.own = own
        if holds("secure") { secureSides = [.initiator] } else { plainSides = [.initiator] }
        isCertificateRequested = holds("certificate_requested")
        isHelloAnswered = holds("hello_answered")
        version = json["version"]?.text
        probe = [PlainProbe.plainDistribution, .tlsAlert, .closed, .unclear].first { "\($0)" == json["probe"]?.text }
        for element in seen {
            let event = try TraceEvent(json: element)
            switch event.what {
            case .certificates(let owner, let chain, _): certificates[owner] = chain
            case .alert(let alert): alerts.append(Alert(sender: event.sender, alert))
            case .ended(let reason):
                ends.append(End(side: event.side, reason: reason, stage: event.stage, sender: event.sender))
            default: throw RecordingFault.member("seen")
            }
        }
        refusals = try (json["refusals"]?.elements ?? []).map { try Refusal(json: $0) }
    }

    fileprivate static func event(_ what: EventKind, sender: Role? = nil) -> TraceEvent {
        TraceEvent(
            time: RecordingScrub.now * 1_000_000, vantage: .own, connection: 1, stage: .tls, sender: sender,
            what: what)
    }
}

extension AttemptFacts.Refusal {
    fileprivate var json: JSONValue {
        var members = [
            JSONMember(
                "refusal",
                AttemptFacts.event(.certificates(shownBy: owner, chain, .refused(defect, index: depth))).json)
        ]
        if let refused {
            members.append(
                JSONMember("refused", AttemptFacts.event(.certificates(shownBy: owner, [refused], nil)).json))
        }
        if let words { members.append(JSONMember("words", .string(words))) }
        if let revokedAt { members.append(JSONMember("revoked_at", .integer(revokedAt))) }
        return .object(members)
    }

    fileprivate init(json: JSONValue) throws {
        guard let event = json["refusal"],
            case .certificates(let owner, let chain, .refused(let defect, let depth)?) =
                try TraceEvent(json: event).what
        else { throw RecordingFault.member("refusal") }
        var refused: CertificateFacts?
        if let other = json["refused"], case .certificates(_, let chain, _) = try TraceEvent(json: other).what {
            refused = chain.first
        }
        self.init(
            owner: owner, chain: chain, defect: defect, depth: depth, refused: refused, words: json["words"]?.text,
            revokedAt: json["revoked_at"]?.integer)
    }
}
