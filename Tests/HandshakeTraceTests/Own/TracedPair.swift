import Diagnosis
import DistributionProtocol
import ErlangTerm
import HandshakeTrace

/// Both machines of a handshake, with whoever records them.
final class TracedPair {
    enum Refusal: Sendable {
        case nok
        case refused
        case cookie
    }

    private var initiator: InitiatorHandshake
    private var acceptor: AcceptorHandshake
    private let dialling: NodeTraceRecorder?
    private let taking: NodeTraceRecorder?
    private var decision = AcceptorDecision.accept
    private var cookie = "cookie"
    private var stopsAtReply = false

    init(_ identity: LocalIdentity, _ dialling: NodeTraceRecorder?, _ taking: NodeTraceRecorder?) {
        self.dialling = dialling
        self.taking = taking
        let flags = DistributionFlags.hiddenInitiator
        initiator = InitiatorHandshake(
            .init(
                identity: identity, flags: flags, peer: OwnTrace.name("b@h"), cookie: Secret("cookie"), challenge: 1,
                lengthPrefix: .tcp))
        acceptor = AcceptorHandshake(
            .init(name: OwnTrace.name("b@h"), creation: 9, flags: flags, challenge: 2, lengthPrefix: .tcp))
    }

    func run(_ decision: AcceptorDecision, cookie: String = "cookie") {
        (self.decision, self.cookie) = (decision, cookie)
        perform(initiator.start(), by: .initiator)
    }

    /// The initiator sends its name, and that is all.
    func start() { for case .observe(let event) in initiator.start() { dialling?.handshake(event) } }

    /// As far as the challenge.
    func begin() {
        stopsAtReply = true
        perform(initiator.start(), by: .initiator)
    }

    private func perform(_ actions: [HandshakeAction], by side: Role) {
        let recorder = side == .initiator ? dialling : taking
        for action in actions {
            switch action {
            case .observe(let event): recorder?.handshake(event)
            case .send(let bytes):
                if stopsAtReply, side == .initiator, case .reply = acceptor.stage { continue }
                let other = side == .initiator ? Role.acceptor : .initiator
                let answer =
                    switch other {
                    case .acceptor: bytes.withUnsafeBytes { acceptor.received($0) }
                    case .initiator: bytes.withUnsafeBytes { initiator.received($0) }
                    }
                waiting.append { [unowned self] in perform(answer, by: other) }
            case .decide:
                perform(acceptor.decide(decision, cookie: Secret(cookie)), by: .acceptor)
            case .done: recorder?.rose()
            case .failed(let failure): fail(recorder, side, failure)
            }
        }
        while !waiting.isEmpty { waiting.removeFirst()() }
    }

    private var waiting: [() -> Void] = []

    private func fail(_ recorder: NodeTraceRecorder?, _ side: Role, _ failure: HandshakeFailure) {
        let reason: EndReason =
            switch failure.reason {
            case .refused(let status): .refusedBy(status)
            case .wrongDigest: .wrongCookie
            default: .violation("refused")
            }
        var facts = AttemptFacts(initiator: Party(), acceptor: Party(), now: 0)
        let stage: NodeFailure.Stage = failure.stage == .reply ? .reply : .status
        facts.ends = [AttemptFacts.End(side: side, reason: reason, stage: stage)]
        recorder?.failing(facts)
        recorder?.failed(NodeFailure(.closed, stage: stage, node: "", message: "", remedy: ""))
    }
}
