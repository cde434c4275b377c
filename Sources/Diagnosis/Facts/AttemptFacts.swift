package import DistributionProtocol

/// What was seen of one attempt to connect: from whichever vantage, and however much of it. `AttemptRules` turns it into
/// a failure; it holds nothing that is a conclusion.
package struct AttemptFacts: Hashable, Sendable {
    /// A certificate that one end refused, and how.
    package struct Refusal: Hashable, Sendable {
        package var owner: Role
        /// What it showed, the leaf first.
        package var chain: [CertificateFacts]
        package var defect: CertificateDefect
        /// Which of the chain, 0 is the leaf; nil when that is not known.
        package var depth: Int?
        /// The one that is refused, where that is known and it is none of the chain: an authority of the judge's file.
        package var refused: CertificateFacts?
        /// The judge's own words.
        package var words: String?
        /// Since when it is revoked: seconds since 1970.
        package var revokedAt: Int?

        package init(
            owner: Role, chain: [CertificateFacts], defect: CertificateDefect, depth: Int? = nil,
            refused: CertificateFacts? = nil, words: String? = nil, revokedAt: Int? = nil
        ) {
            self.owner = owner
            self.chain = chain
            self.defect = defect
            self.depth = depth
            self.refused = refused
            self.words = words
            self.revokedAt = revokedAt
        }
    }

    /// A fatal alert.
    package struct Alert: Hashable, Sendable {
        package var sender: Role?
        package var facts: AlertFacts

        package init(sender: Role?, _ facts: AlertFacts) {
            self.sender = sender
            self.facts = facts
        }
    }

    /// How one side saw the attempt end, and how far it had come.
    package struct End: Hashable, Sendable {
        /// nil where it was seen from between.
        package var side: Role?
        package var reason: EndReason
        package var stage: NodeFailure.Stage
        /// The end whose bytes ended it, where that is known.
        package var sender: Role?

        package init(side: Role?, reason: EndReason, stage: NodeFailure.Stage, sender: Role? = nil) {
            self.side = side
            self.reason = reason
            self.stage = stage
            self.sender = sender
        }
    }

    /// What a short second connection without TLS found at the acceptor.
    package enum PlainProbe: Hashable, Sendable {
        /// A status of the distribution.
        case plainDistribution
        /// An alert of TLS.
        case tlsAlert
        /// A close without a word.
        case closed
        /// Nothing came, or something else.
        case unclear
    }

    package var initiator: Party
    package var acceptor: Party
    /// What this side knows of itself, where it is the initiator; nil where others were watched.
    package var own: OwnSide?
    /// By the clock of the vantage: seconds since 1970, when it ended.
    package var now: Int

    package var ends: [End] = []
    package var alerts: [Alert] = []
    package var refusals: [Refusal] = []
    /// By the end that they belong to, the leaf first: shown, or looked at on that node. Empty: it has none.
    package var certificates: [Role: [CertificateFacts]] = [:]
    /// Whether the acceptor asked for the initiator's certificate.
    package var isCertificateRequested = false
    /// Whether the acceptor has answered the initiator's TLS hello.
    package var isHelloAnswered = false
    /// "TLS 1.3": what was agreed on, as far as it was seen.
    package var version: String?
    /// Whether the TLS handshake was over, seen from this side or from between.
    package var isSecured = false
    /// The end that closed TLS 1.3 with an alert that nobody can read. Up to TLS 1.2 such an alert comes behind the
    /// certificates, as a farewell does.
    package var sealedAlert: Role?
    /// Whether the acceptor answered that it holds a link to a node of that name.
    package var isHeldForAlive = false
    package var flags: [Role: DistributionFlags] = [:]
    /// The ends that are known to speak TLS here, and those that do not.
    package var secureSides: Set<Role> = []
    package var plainSides: Set<Role> = []
    /// From the TCP connection to the end, in microseconds, by the end that saw it.
    package var waited: [Role: Int] = [:]
    /// The name that the initiator dialled, where another one was learnt later; its host is an address where the name
    /// was learnt from epmd.
    package var dialled: String?
    package var probe: PlainProbe?
    /// Whether the acceptor spoke TLS before this attempt.
    package var spokeTLSBefore = false

    package init(initiator: Party, acceptor: Party, now: Int) {
        self.initiator = initiator
        self.acceptor = acceptor
        self.now = now
    }

    package func party(_ role: Role) -> Party { role == .initiator ? initiator : acceptor }

    package func leaf(of role: Role) -> CertificateFacts? { certificates[role]?.first }

    /// Whether that end is known to have no certificate to show.
    package func hasNoCertificate(_ role: Role) -> Bool { certificates[role]?.isEmpty == true }
}

/// What this side, as the initiator, knows of its own attempt.
package struct OwnSide: Hashable, Sendable {
    /// Where it dialled.
    package var endpoint: Endpoint
    /// The epmd that gave the port; nil when the port was given by the operator.
    package var epmd: Endpoint?
    /// The nodes that this epmd knows; nil where it would not say.
    package var registered: [String]?
    /// Whether that epmd took the connection.
    package var isEPMDConnected = false
    /// The host whose address was looked up last.
    package var host: String
    /// How long this side waited, in words: "2 s".
    package var waited = ""
    /// The cookie's origin and hash, in words.
    package var cookie = ""
    package var offer: TLSOffer?
    /// Our trust anchors.
    package var trusted: [CertificateFacts] = []

    package init(endpoint: Endpoint, epmd: Endpoint? = nil) {
        self.endpoint = endpoint
        self.epmd = epmd
        host = endpoint.host
    }
}
