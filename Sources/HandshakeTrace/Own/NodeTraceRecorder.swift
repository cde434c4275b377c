import ByteTransport
package import Diagnosis
package import DistributionProtocol
import ErlangNode
package import ErlangTerm

/// Reports one handshake of this node, in either direction, in the terms in which `trace_dist` has a node report it, so
/// that `NodeTraceReader` reads both alike. It holds no cookie, challenge, digest, key or password: no event that it is
/// told of has one.
package final class NodeTraceRecorder {
    /// As OTP's: DER of one certificate, and certificates of a chain.
    private static let certificateLimit = 20_000
    private static let chainLimit = 10

    private let side: Role
    private let own: Atom
    private let isSecure: Bool
    private let emit: (Term) -> Void
    /// Is asked while the attempt goes on.
    package var security: (() -> TracedSecurity?)?

    private var ownAddress: Endpoint?
    private var peerAddress: Endpoint?
    /// The node that is dialled, or the name that came.
    private var peer: String?
    private var peerFlags: DistributionFlags?
    private var peerCreation: UInt32?
    /// Fatal alerts of this side and of the peer, until it is known what became of them.
    private var alerts: [(isOurs: Bool, AlertFacts)] = []
    private var lastFacts: AttemptFacts?
    private var isLookedUp = false
    private var isSecured = false
    private var stage = NodeFailure.Stage.dns
    private var isOver = false

    /// A peer has dialled this node.
    /// - Parameter emit: takes what is reported: `{called | returned, Function, Value}`.
    package init(
        accepting peer: Endpoint?, at own: Endpoint?, as name: String, isSecure: Bool, emit: @escaping (Term) -> Void
    ) {
        side = .acceptor
        self.own = Atom(name)
        self.isSecure = isSecure
        self.emit = emit
        (ownAddress, peerAddress) = (own, peer)
        stage = isSecure ? .tls : .name
        if isSecure {
            called("check_ip", .tuple(.atom("socket"), Self.address(peer), Self.address(own)))
            beginTLS()
        } else {
            called("do_accept", .tuple(.atom("accept"), .atom("none"), Self.address(peer), Self.address(own)))
        }
    }

    /// This node dials.
    /// - Parameter name: of this node; its host alone where it wants a name from the peer.
    package init(dialling peer: NodeName, as name: String, isSecure: Bool, emit: @escaping (Term) -> Void) {
        side = .initiator
        own = Atom(name)
        self.isSecure = isSecure
        self.emit = emit
        self.peer = peer.name
    }

    // MARK: ends

    /// The link is there.
    package func rose() {
        guard !isOver else { return }
        isOver = true
        security = nil
        returned("mark_nodeup", .atom("ok"))
    }

    /// A connection that was up beside the link to that peer is closed.
    package func closed() {
        called("closed", .tuple(.atom("closed"), .atom("connection_closed")))
    }

    /// It gives way to another attempt of the same two nodes, or to their link.
    package func gaveWay() { end(.refusedBy(.nok)) }

    /// It is not wanted any more.
    package func gaveUp() { end(.other("given up")) }

    package func failed(_ failure: NodeFailure) {
        if let facts = lastFacts {
            reportTLS(facts)
            end(facts.ends.last?.reason ?? .other(failure.code.rawValue), at: facts.ends.last?.stage)
        } else {
            end(.other(failure.code.rawValue), at: failure.stage)
        }
        security = nil
    }

    private func end(_ reason: EndReason, at failedStage: NodeFailure.Stage? = nil) {
        guard !isOver else { return }
        isOver = true
        let place = NodeTraceEnd(
            side: side, stage: failedStage ?? stage, isSecuring: isSecure && !isSecured && stage == .tls,
            isLookedUp: isLookedUp, peer: peer)
        emit(place.term(of: reason, alert: alerts.first?.1))
    }

    // MARK: TLS

    /// A message of the TLS handshake, in either direction. Only fatal alerts matter here.
    package func passed(_ message: TLSMessage) {
        guard case .alert(2, let description) = message.content, description != 0, !isOver, alerts.count < 4 else {
            return
        }
        alerts.append((!message.fromPeer, AlertFacts(level: 2, description: description)))
    }

    private func beginTLS() {
        stage = .tls
        called("handshake", .tuple(.atom("tls"), .atom("none"), Self.address(ownAddress), Self.address(peerAddress)))
    }

    /// What came of the certificates, where it has not been reported.
    private func reportTLS(_ facts: AttemptFacts) {
        guard isSecure, stage >= .tls else { return }
        let known = security?()
        if !isSecured, let known {
            reportVerdict(known, facts.refusals.first?.defect)
        }
        // Where an end has a meaning of its own, the alert about it is the library's choice.
        switch facts.ends.last?.reason {
        case .notTLS?, .foreignKey?: return alerts = []
        default: break
        }
        for (isOurs, alert) in alerts {
            let numbers: [Term] = [.integer(Int(alert.level)), .integer(Int(alert.description))]
            if isOurs {
                let lacks =
                    side == .acceptor && known?.chain.isEmpty != false
                    && TLSAlert.refusesCertificates.contains(alert.description) && facts.hasNoCertificate(.initiator)
                called(
                    "handle_own_alert",
                    .tuple(
                        [.atom("own_alert")] + numbers
                            + [.atom(lacks ? "no_client_certificate_provided" : "undefined")]))
            } else {
                called("handle_alert", .tuple([.atom("peer_alert")] + numbers))
                guard TLSAlert.refusesCertificates.contains(alert.description) else { continue }
                let leaf = Term.list(known?.own.map { [.binary($0)] } ?? [])
                called(
                    "own_certificate",
                    .tuple(
                        .atom("own"), side == .initiator ? leaf : .emptyList, side == .acceptor ? leaf : .emptyList))
            }
        }
    }

    /// - Parameter defect: for which the peer's certificate was refused; nil: it was not.
    private func reportVerdict(_ known: TracedSecurity, _ defect: CertificateDefect?) {
        let chain = known.chain.prefix(Self.chainLimit).filter { $0.count < Self.certificateLimit }
        guard known.verifiesPeer, !chain.isEmpty else { return }
        // public_key has the leaf last.
        called(
            "pkix_path_validation", .tuple(.atom("chain"), .list(chain.reversed().map { .binary($0) })))
        returned(
            "pkix_path_validation", defect.map { .tuple(.atom("error"), $0.term) } ?? .atom("ok"))
    }

    // MARK: terms

    private func called(_ function: Atom, _ value: Term) { emit(.tuple(.atom("called"), .atom(function), value)) }
    private func returned(_ function: Atom, _ value: Term) { emit(.tuple(.atom("returned"), .atom(function), value)) }

    private static func address(_ endpoint: Endpoint?) -> Term {
        endpoint.map { .tuple(.binary($0.host), .integer(Int($0.port))) } ?? .atom("none")
    }

    private static func flags(_ flags: DistributionFlags?) -> Term {
        flags.map { .integer(Int(truncatingIfNeeded: $0.rawValue)) } ?? .atom("undefined")
    }

    private static func creation(_ creation: UInt32?) -> Term {
        creation.map { .integer(Int($0)) } ?? .atom("undefined")
    }

    /// A name is an atom, or text where it may be none; as long as a node's name may be.
    private var peerName: Term { .binary(String((peer ?? "").prefix(255))) }

    /// `#hs_data{}` without its secrets.
    private func data(_ event: HandshakeEvent) -> Term {
        .tuple([
            .atom("hs"), peerName, .atom(event.name.map { Atom($0) } ?? own), Self.flags(event.flags),
            Self.flags(peerFlags), Self.address(ownAddress), Self.address(peerAddress), Self.creation(event.creation),
            Self.creation(peerCreation),
        ])
    }
}

extension NodeTraceRecorder: ConnectionObserver {
    package func connecting(to endpoint: Endpoint, for purpose: ConnectionPurpose) {
        switch purpose {
        case .epmd:
            called("do_setup", .tuple(.atom("setup"), .atom(Atom(peer ?? "")), .atom(own)))
            stage = .dns
            called("address_please", .tuple(.atom("address"), .binary(alive), .binary(endpoint.host)))
            if SocketAddress(numeric: endpoint.host, port: 0) != nil { found(endpoint.host) }
        case .distribution:
            stage = .tcp
            let host = peerAddress?.host ?? endpoint.host
            peerAddress = Endpoint(host: host, port: endpoint.port)
            called("connect", .tuple(.atom("connect"), .binary(host), .integer(Int(endpoint.port))))
        }
    }

    private var alive: String { String((peer ?? "").prefix { $0 != "@" }) }

    package func resolved(_ host: String, to addresses: [String]) {
        guard let address = addresses.first else { return }
        found(address)
    }

    private func found(_ address: String) {
        guard !isLookedUp else { return }
        isLookedUp = true
        stage = .epmd
        peerAddress = Endpoint(host: address, port: 0)
        returned("address_please", .tuple(.atom("ok"), .binary(address)))
        called("port_please", .tuple(.atom("port"), .binary(alive), .binary(address)))
    }

    package func registered(_ alive: String, at port: UInt16) {
        returned("port_please", .tuple(.atom("port"), .integer(Int(port))))
    }

    package func connected(to endpoint: Endpoint, address: String, from own: Endpoint?) {
        ownAddress = own
        // The one that answered, of several.
        if let host = SocketAddress(numeric: address.hostPart, port: 0).map({ _ in address.hostPart }) {
            peerAddress = Endpoint(host: host, port: endpoint.port)
        }
        returned("connect", .tuple(.atom("ok"), Self.address(own)))
        stage = .name
        if isSecure { beginTLS() }
    }

    package func secured() {
        isSecured = true
        stage = side == .acceptor ? .name : .status
        let known = security?()
        if let known { reportVerdict(known, nil) }
        returned("handshake", .atom("ok"))
        guard let known, let version = known.version else { return }
        let leaf = known.chain.prefix(1).filter { $0.count < Self.certificateLimit }
        emit(
            .tuple(
                .atom("secured"), .atom(Atom(TLSVersionWords.atom(version))), .binary(known.cipher ?? ""),
                .list(leaf.map { .binary($0) })))
    }

    package func handshake(_ event: HandshakeEvent) {
        guard !isOver else { return }
        switch side {
        case .acceptor: accepting(event)
        case .initiator: dialling(event)
        }
    }

    private func accepting(_ event: HandshakeEvent) {
        switch (event.direction, event.message) {
        case (.received, .name):
            (peer, peerFlags, peerCreation) = (event.name, event.flags, event.creation)
            stage = .status
        case (.received, .status): returned("recv_status_reply", .bool(event.status == .true))
        case (.received, .complement):
            if let high = event.flags { peerFlags?.formUnion(high) }
            peerCreation = event.creation
        case (.sent, .status):
            // The challenge behind these says the same.
            if case .named(let name, _)? = event.status { return peer = name }
            guard let status = event.status, status != .ok else { return }
            called(
                "send_status",
                .tuple(
                    .atom("status"), .atom(Atom(status.description)), peerName, Self.flags(peerFlags),
                    Self.creation(peerCreation)))
        case (.sent, .challenge):
            called("send_challenge", data(event))
            stage = .reply
        default: break
        }
    }

    private func dialling(_ event: HandshakeEvent) {
        switch (event.direction, event.message) {
        case (.sent, .name):
            called("send_name", data(event))
            stage = .status
        case (.received, .status):
            switch event.status {
            case .alive?: returned("is_pending", .bool(true))
            case .ok?, .okSimultaneous?, .named?: cameIn()
            default: break
            }
        case (.sent, .status):
            guard let status = event.status else { return }
            called(
                "send_status",
                .tuple(
                    .atom("status"), .atom(Atom(status.description)), peerName, .atom("undefined"),
                    .atom("undefined")))
            if status == .true { cameIn() }
        case (.received, .challenge): (peerFlags, peerCreation) = (event.flags, event.creation)
        case (.sent, .challengeReply):
            // Only now it is known to be a good one.
            returned("recv_challenge", .tuple(Self.flags(peerFlags), Self.creation(peerCreation)))
            called("send_challenge_reply", .atom("sent"))
            stage = .ack
        default: break
        }
    }

    private func cameIn() {
        returned("recv_status", .tuple(.atom("named"), .atom(own)))
        stage = .challenge
    }

    /// Whether it becomes a link is decided elsewhere: `rose` reports it.
    package func up() {}

    package func failing(_ facts: AttemptFacts) { lastFacts = facts }
}

extension String {
    /// "10.0.0.7" of "10.0.0.7:9100", "::1" of "[::1]:9100".
    fileprivate var hostPart: String {
        guard let colon = lastIndex(of: ":") else { return self }
        let host = self[..<colon].drop { $0 == "[" }
        return String(host.last == "]" ? host.dropLast() : host)
    }
}
