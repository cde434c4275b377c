import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode

/// What an attempt's events say of its failure, put in order: the strongest sign first.
struct AttemptReasons {
    /// A certificate that one end refused, and how.
    struct Refusal {
        var owner: Role
        var chain: [CertificateFacts]
        var defect: CertificateDefect
        var index: Int?
        var time: Int
    }

    /// An end that one side told, and how far it had come.
    struct End {
        var side: Role?
        var reason: EndReason
        var stage: NodeFailure.Stage
        /// Whose bytes ended it, where that is known.
        var sender: Role?
    }

    let attempt: ConnectionAttempt
    private(set) var refusals: [Refusal] = []
    private(set) var alerts: [(sender: Role?, alert: AlertFacts)] = []
    private(set) var ends: [End] = []
    private(set) var own: NodeFailure?
    /// Who ended the handshake of TLS 1.3 with an alert that nobody can read. Up to TLS 1.2 such an alert comes behind
    /// the certificates, as a farewell does.
    private(set) var sealedAlert: Role?
    /// Whether the handshake of TLS was seen to be over, from between.
    private(set) var isSecured = false
    private var isTLS13 = false
    /// Whether the acceptor answered that it holds a link to a node of that name.
    private(set) var isHeldForAlive = false
    /// The sides that are known to speak TLS, or not to.
    private(set) var secureSides: Set<Role> = []
    private(set) var plainSides: Set<Role> = []

    init(_ attempt: ConnectionAttempt) {
        self.attempt = attempt
        for event in attempt.events {
            switch event.what {
            case .certificates(let owner, let chain, .refused(let defect, let index)?):
                refusals.append(Refusal(owner: owner, chain: chain, defect: defect, index: index, time: event.time))
            case .alert(let alert) where alert.level == 2 && alert.description != 0:
                alerts.append((event.sender, alert))
            case .ended(.failed(let failure)): own = failure
            case .handshake(let detail) where detail.status == .alive: isHeldForAlive = true
            case .ended(let reason):
                ends.append(
                    End(side: event.side, reason: reason, stage: event.stage, sender: event.sender))
            case .tlsMessage(let facts) where facts == .encryptedAlert:
                if isTLS13, !isSecured { sealedAlert = event.sender }
            case .tlsMessage(let facts) where facts.type == 2: isTLS13 = facts.versions == ["TLS 1.3"]
            case .secured where event.vantage == .capture: isSecured = true
            default: break
            }
            // From between, an end shows what it speaks by speaking.
            guard let side = event.side ?? (event.vantage == .capture ? event.sender : nil) else { continue }
            switch event.stage {
            case .tls: secureSides.insert(side)
            case .name, .status: if !secureSides.contains(side) { plainSides.insert(side) }
            default: break
            }
        }
    }

    /// Microseconds from the TCP connection to the end, as the side saw them.
    func waited(_ side: Role?) -> Int {
        let own = attempt.events.filter { $0.side == side }
        guard let connected = own.first(where: { $0.what == .connected })?.time,
            let end = own.last(where: { if case .ended = $0.what { true } else { false } })?.time
        else { return 0 }
        return end - connected
    }

    /// What `role` said that it can.
    func flags(of role: Role) -> DistributionFlags? {
        for event in attempt.events where event.sender == role {
            if case .handshake(let detail) = event.what, let flags = detail.flags { return flags }
        }
        return nil
    }

    /// Whether `owner` is known to have no certificate to show.
    func showsNone(_ owner: Role) -> Bool {
        attempt.events.contains { $0.what == .certificates(shownBy: owner, [], nil) } && chain(of: owner).isEmpty
    }

    /// The chain that `owner` showed, from whatever event has it.
    func chain(of owner: Role) -> [CertificateFacts] {
        for event in attempt.events {
            if case .certificates(owner, let chain, _) = event.what, !chain.isEmpty { return chain }
        }
        return []
    }
}
