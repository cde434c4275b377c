import ByteTransport
import Diagnosis
import DistributionProtocol

/// Turns what a peer that dialled us did into facts, and has them explained.
struct AcceptedAttempt {
    /// Our own name.
    let own: String
    /// The name that the peer gave, if it came so far.
    var peer: String?
    let address: Endpoint
    /// Seconds since 1970.
    let now: Int
    let isSecure: Bool
    /// Microseconds since our last message; nil where there was none.
    var waited: Int?
    /// Receives the facts before they are explained.
    var onFacts: (AttemptFacts) -> Void = { _ in }

    /// Its time was over.
    func late(at stage: NodeFailure.Stage) -> NodeFailure { failure(.timeout(milliseconds: nil), at: stage) }

    /// Its stream ended.
    func closed(_ closure: StreamClosure, at stage: NodeFailure.Stage) -> NodeFailure {
        switch closure {
        case .tls(let tls): explain(tls)
        case .reset: failure(.reset(by: .initiator), at: stage)
        case .unreachable(let errno): failure(.unreachable(SystemError.text(errno)), at: stage)
        case .system(let call, let errno):
            failure(.unreachable("\(call): \(SystemError.text(errno))"), at: stage)
        case .endOfStream, .unresolved, .refused, .tunnel, .secureShell, .jump:
            failure(.closed(by: .initiator), at: stage)
        }
    }

    /// The handshake of the distribution failed.
    func explain(_ handshake: HandshakeFailure) -> NodeFailure {
        failure(EndReason(handshake.reason, by: .initiator), at: NodeFailure.Stage(handshake.stage))
    }

    private func explain(_ tls: TLSFailure) -> NodeFailure {
        let reason: EndReason =
            switch tls.cause {
            case .alertReceived, .certificateRefused, .nameMismatch, .noCertificate: .tls("")
            case .notTLS(let bytes): .notTLS(bytes)
            case .closedDuringHandshake: .closed(by: .initiator)
            case .noCommonParameters(let text): .noCommonParameters(text)
            case .badSignature: .foreignKey
            case .library(let text): .tls(text)
            }
        return failure(reason, at: .tls) { $0.add(tls, seenBy: .acceptor) }
    }

    init(own: String, peer: String?, address: Endpoint, now: Int, isSecure: Bool) {
        self.own = own
        self.peer = peer
        self.address = address
        self.now = now
        self.isSecure = isSecure
    }

    private func failure(
        _ reason: EndReason, at stage: NodeFailure.Stage, facts change: (inout AttemptFacts) -> Void = { _ in }
    ) -> NodeFailure {
        var facts = AttemptFacts(
            initiator: Party(name: peer, address: address), acceptor: Party(name: own), now: now)
        if isSecure { facts.secureSides = [.acceptor] } else { facts.plainSides = [.acceptor] }
        facts.waited[.acceptor] = waited
        facts.ends = [AttemptFacts.End(side: .acceptor, reason: reason, stage: stage)]
        change(&facts)
        onFacts(facts)
        // An end is always explained.
        return facts.failure
            ?? NodeFailure(
                .closed, stage: stage, node: peer ?? address.description, message: "the attempt ended",
                remedy: "see the peer's log")
    }
}
