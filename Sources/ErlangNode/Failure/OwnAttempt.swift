import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangTerm

/// Turns what the layers of our own attempt report into facts, and has them explained.
struct OwnAttempt {
    /// The node as the operator named it.
    let node: String
    let endpoint: Endpoint
    /// Seconds since 1970, to distinguish expired from not yet valid.
    let now: Int
    /// What the operator said of the peer's transport.
    let isSecure: Bool
    /// The epmd that gave the port; nil when the port was given by the operator.
    var epmd: Endpoint?
    /// Where our cookie came from, and its hash as `auth` would show it.
    var cookie = ""
    /// Receives the facts before they are explained.
    var onFacts: (AttemptFacts) -> Void = { _ in }

    init(node: String, endpoint: Endpoint, now: Int, isSecure: Bool) {
        self.node = node
        self.endpoint = endpoint
        self.now = now
        self.isSecure = isSecure
    }

    // MARK: the way to the node

    /// A connection to epmd or to the node failed.
    func unconnected(_ closure: StreamClosure, at stage: NodeFailure.Stage) -> NodeFailure {
        switch closure {
        case .unresolved(let reason):
            return failure(.unresolved(reason.text), at: .dns) { $0.host = reason.host }
        case .refused: return failure(.refused, at: stage)
        case .unreachable(let errno): return failure(.unreachable(SystemError.text(errno)), at: stage)
        case .system(let call, let errno):
            return failure(
                .unreachable(
                    "\(call): "
                        + "\(SystemError.text(errno))"), at: stage)
        case .endOfStream: return failure(.closed(by: .acceptor), at: stage)
        case .reset: return failure(.reset(by: .acceptor), at: stage)
        case .tls(let tls): return explain(tls)
        case .tunnel(let tunnel): return failure(.tunnel(tunnel), at: stage)
        case .secureShell, .jump: return failure(.other("the SSH connection ended"), at: stage)
        }
    }

    /// epmd could not be asked, or answered what it never does.
    func epmdFailed(_ failure: EPMDQuery.Failure) -> NodeFailure {
        switch failure {
        case .connection(let closure): unconnected(closure, at: .epmd)
        case .answer(let error): epmdMalformed("\(error)")
        }
    }

    /// epmd's answer is not one of its protocol.
    func epmdMalformed(_ detail: String) -> NodeFailure { failure(.violation(detail), at: .epmd) }

    /// epmd answers and does not know the node.
    /// - Parameter known: the names that it knows, nil when it would not say.
    func notRegistered(known: [String]?) -> NodeFailure {
        failure(.notRegistered, at: .epmd) { $0.registered = known }
    }

    /// epmd did not answer in time, or not to the end.
    func epmdLate(_ query: EPMDQuery, after time: String) -> NodeFailure {
        epmdLate(isConnected: query.isConnected, received: query.receivedBytes, after: time)
    }

    /// - Parameters:
    ///   - isConnected: whether it accepted the connection.
    ///   - count: how many bytes of an answer came.
    func epmdLate(isConnected: Bool, received count: Int = 0, after time: String) -> NodeFailure {
        var failure = failure(.timeout(milliseconds: nil), at: .epmd) {
            $0.isEPMDConnected = isConnected
            $0.waited = time
        }
        if count > 0 {
            failure.message =
                "\(epmd ?? endpoint) sent \(count) byte\(count == 1 ? "" : "s") of an answer within \(time), "
                + "and not the rest"
        }
        return failure
    }

    /// No name server answered.
    func resolutionTimeout(host: String, after time: String) -> NodeFailure {
        failure(.timeout(milliseconds: nil), at: .dns) {
            $0.host = host
            $0.waited = time
        }
    }

    /// The command's time was over before anything can be said of a stage.
    func untried(within time: String) -> NodeFailure {
        NodeFailure(
            .timeout, stage: .dns, node: node, message: "\(time) are too short to reach \(node)",
            remedy: "give it more time with \(.deadline)")
    }

    /// Nothing came at a later stage.
    /// - Parameter probe: what a connection without TLS found meanwhile, where there was one.
    func late(at stage: NodeFailure.Stage, after time: String, probe: AttemptFacts.PlainProbe? = nil) -> NodeFailure {
        failure(.timeout(milliseconds: nil), at: stage, own: { $0.waited = time }, facts: { $0.probe = probe })
    }

    // MARK: the distribution handshake

    /// A distribution handshake that the machine gave up.
    /// - Parameter account: what TLS saw before, where it may be the cause.
    func explain(_ handshake: HandshakeFailure, account: TLSFailure? = nil) -> NodeFailure {
        let stage = NodeFailure.Stage(handshake.stage)
        var alert: UInt8?
        if case .peerSpeaksTLS(let description) = handshake.reason { alert = description }
        return failure(
            EndReason(handshake.reason), at: stage,
            facts: { facts in
                if let account { facts.add(account) }
                if let alert { facts.alerts = [.init(sender: .acceptor, AlertFacts(level: 2, description: alert))] }
            })
    }

    // MARK: TLS

    /// A TLS handshake that failed, on our side or by the peer's alert.
    /// - Parameter probe: what a connection without TLS found afterwards.
    func explain(_ tls: TLSFailure, probe: AttemptFacts.PlainProbe? = nil) -> NodeFailure {
        let reason: EndReason
        switch tls.cause {
        case .alertReceived, .certificateRefused, .nameMismatch, .noCertificate: reason = .tls("")
        case .notTLS(let bytes): reason = .notTLS(bytes)
        case .closedDuringHandshake: reason = .closed(by: .acceptor)
        case .noCommonParameters(let text): reason = .noCommonParameters(text)
        case .badSignature: reason = .foreignKey
        case .library(let text): reason = .tls(text)
        }
        return failure(
            reason, at: .tls,
            facts: { facts in
                facts.add(tls)
                facts.probe = probe
            })
    }

    // MARK: facts

    private func failure(
        _ reason: EndReason, at stage: NodeFailure.Stage, own changeOwn: (inout OwnSide) -> Void = { _ in },
        facts change: (inout AttemptFacts) -> Void = { _ in }
    ) -> NodeFailure {
        var own = OwnSide(endpoint: endpoint, epmd: epmd)
        own.cookie = cookie
        changeOwn(&own)
        var facts = AttemptFacts(initiator: Party(), acceptor: Party(name: node, address: endpoint), now: now)
        facts.own = own
        if isSecure { facts.secureSides = [.initiator] } else { facts.plainSides = [.initiator] }
        facts.ends = [
            AttemptFacts.End(side: .initiator, reason: reason, stage: stage, sender: reason.isOfPeer ? .acceptor : nil)
        ]
        change(&facts)
        onFacts(facts)
        // An end is always explained.
        return facts.failure ?? violation(stage, "the attempt ended")
    }
}

extension EndReason {
    fileprivate var isOfPeer: Bool { if case .notDistribution = self { true } else { false } }

    /// - Parameter peer: the side that the machine spoke with.
    init(_ reason: HandshakeFailure.Reason, by peer: Role = .acceptor) {
        switch reason {
        case .refused(let status), .unexpectedStatus(let status): self = .refusedBy(status)
        case .nameMismatch(let dialled, let actual), .nameTypeMismatch(let dialled, let actual):
            self = .nameMismatch(dialled: dialled, actual: actual)
        case .missingFlags(let missing, _): self = .missingFlags(missing.names)
        case .wrongDigest: self = .wrongCookie
        case .closed: self = .closed(by: peer)
        // An acceptor answers with an alert, an initiator begins with its hello.
        case .peerSpeaksTLS: self = .notDistribution([peer == .acceptor ? 21 : 22, 3])
        case .messageTooLong(let length, let limit, let firstBytes):
            self =
                firstBytes.isEmpty
                ? .violation("it sends a handshake message of \(length) bytes (the limit is \(limit))")
                : .notDistribution(firstBytes)
        case .badAssignedName(let name):
            self = .violation("it gave us the name \(name), which is none on the host that we said")
        case .unexpectedMessage(let tag, let expected):
            self = .violation("a message with tag \(tag) came where \(expected) was due")
        case .malformed(let message, let detail): self = .violation("its \(message) message is malformed: \(detail)")
        case .bytesOutOfTurn: self = .violation("it sent bytes before it was its turn")
        case .invalidName(let name), .notAllowed(let name):
            self = .violation("the name \(name) is refused on this side")
        }
    }
}

extension NodeFailure.Stage {
    init(_ stage: HandshakeFailure.Stage) {
        switch stage {
        case .name: self = .name
        case .status: self = .status
        case .challenge: self = .challenge
        case .reply: self = .reply
        case .ack: self = .ack
        }
    }
}
