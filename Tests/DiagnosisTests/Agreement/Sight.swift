import Diagnosis
import DistributionProtocol

/// One fault as one vantage sees it.
struct Sight {
    static let now = 1_750_000_000
    static let node = "b@10.0.0.2"
    static let initiator = "a@10.0.0.1"
    static let place = Endpoint(host: "10.0.0.2", port: 4711)

    var vantage: String
    var facts: AttemptFacts

    /// By our own handshake, which is the initiator's.
    static func own(
        _ reason: EndReason, _ stage: NodeFailure.Stage, isSecure: Bool = true, _ tls: TLSFailure? = nil,
        change: (inout AttemptFacts) -> Void = { _ in }
    ) -> Sight {
        var facts = AttemptFacts(initiator: Party(), acceptor: Party(name: node, address: place), now: now)
        facts.own = OwnSide(endpoint: place)
        if isSecure { facts.secureSides = [.initiator] } else { facts.plainSides = [.initiator] }
        facts.ends = [.init(side: .initiator, reason: reason, stage: stage)]
        if let tls { facts.add(tls) }
        change(&facts)
        return Sight(vantage: "own", facts: facts)
    }

    static func own(_ tls: TLSFailure) -> Sight { own(.tls(""), .tls, tls) }

    /// By a trace on one of the two.
    static func trace(
        on side: Role, as name: String = "", from initiator: String = Sight.initiator, spokeTLSBefore: Bool = false,
        _ events: [Seen]
    ) -> Sight {
        let place = side == .initiator ? initiator : node
        var facts = facts(of: events, vantage: .node(place), side: side, from: initiator)
        facts.spokeTLSBefore = spokeTLSBefore
        return Sight(vantage: "trace on \(side.rawValue)\(name)", facts: facts)
    }

    /// By the packets between the two.
    /// - Parameter name: adds to the vantage's.
    static func capture(
        as name: String = "", from initiator: String = Sight.initiator, spokeTLSBefore: Bool = false, _ events: [Seen]
    ) -> Sight {
        var facts = facts(of: events, vantage: .capture, side: nil, from: initiator)
        facts.spokeTLSBefore = spokeTLSBefore
        return Sight(vantage: "capture\(name)", facts: facts)
    }

    private static func facts(
        of events: [Seen], vantage: Vantage, side: Role?, from initiator: String
    ) -> AttemptFacts {
        let initiator = Party(name: initiator)
        var acceptor = Party(name: node, address: place)
        let all = events.enumerated().map { index, seen in
            if let name = seen.acceptorName { acceptor.name = name }
            return TraceEvent(
                time: now * 1_000_000 + index, vantage: vantage, connection: 1, side: side, initiator: initiator,
                acceptor: acceptor, stage: seen.stage, sender: seen.sender, what: seen.what)
        }
        return AttemptFacts(initiator: initiator, acceptor: acceptor, now: now, events: all)
    }
}

/// What happened, at a stage.
struct Seen {
    var what: EventKind
    var stage: NodeFailure.Stage
    var sender: Role?
    var acceptorName: String?

    static let connected = Seen(what: .connected, stage: .tcp)

    static func hellos(_ version: String) -> [Seen] {
        [
            Seen(what: .tlsMessage(TLSMessageFacts(type: 1)), stage: .tls, sender: .initiator),
            Seen(what: .tlsMessage(TLSMessageFacts(type: 2, versions: [version])), stage: .tls, sender: .acceptor),
        ]
    }

    static let clientHello = Seen(what: .tlsMessage(TLSMessageFacts(type: 1)), stage: .tls, sender: .initiator)
    static func sealed(by sender: Role) -> Seen {
        Seen(what: .tlsMessage(.encryptedAlert), stage: .tls, sender: sender)
    }

    static func shown(_ owner: Role, _ chain: CertificateFacts..., verdict: CertificateVerdict? = nil) -> Seen {
        Seen(what: .certificates(shownBy: owner, chain, verdict), stage: .tls, sender: owner)
    }

    static func alert(_ number: UInt8, by sender: Role, _ reason: String? = nil) -> Seen {
        Seen(what: .alert(AlertFacts(level: 2, description: number, reason: reason)), stage: .tls, sender: sender)
    }

    static func ended(_ reason: EndReason, _ stage: NodeFailure.Stage, by sender: Role? = nil) -> Seen {
        Seen(what: .ended(reason), stage: stage, sender: sender)
    }

    static func said(
        _ message: HandshakeMessageKind, by sender: Role, _ stage: NodeFailure.Stage, status: HandshakeStatus? = nil,
        acceptor: String? = nil
    ) -> Seen {
        Seen(
            what: .handshake(HandshakeDetail(message, status: status, flags: message == .name ? .mandatory26 : nil)),
            stage: stage, sender: sender, acceptorName: acceptor)
    }
}

extension CertificateFacts {
    /// Of the cluster's CA, valid for a day around now, for the node's host.
    static func issued(
        from start: Int = -86_400, to end: Int = 86_400, issuer: String = "CN=ca",
        usage: [String]? = ["serverAuth", "clientAuth"], host: String = "10.0.0.2"
    ) -> CertificateFacts {
        CertificateFacts(
            subject: "CN=node", issuer: issuer, serial: "01", notBefore: Sight.now + start, notAfter: Sight.now + end,
            dnsNames: [host], ipAddresses: [host], extendedKeyUsage: usage, fingerprint: "00ff00ff00ff00ff00ff")
    }

    static let good = issued()
    static let selfSigned = issued(issuer: "CN=node")
}
