import DistributionProtocol

/// What the rules make of the facts of an attempt: the code, and the facts that belong to it. How it is said is decided
/// elsewhere.
package struct Finding: Hashable, Sendable {
    package var code: FailureCode
    package var stage: NodeFailure.Stage
    package var cause: FailureCause
    /// What it may be instead; empty when it is certain.
    package var alternatives: [FailureCode]
    /// Whether the facts leave no other cause.
    package var isCertain: Bool

    init(
        _ code: FailureCode, _ stage: NodeFailure.Stage, _ cause: FailureCause,
        unless alternatives: [FailureCode]? = nil
    ) {
        self.code = code
        self.stage = stage
        self.cause = cause
        self.alternatives = alternatives ?? []
        isCertain = alternatives == nil
    }
}

/// Why an attempt failed, with what the sentence about it needs. One case of this is one sentence and one remedy.
package enum FailureCause: Hashable, Sendable {
    // MARK: certificates

    /// One end refused the other's certificate: its own words say why, or the certificate shows it.
    case certificate(CertificateFault)
    /// The end that is named has none, and the other demands one.
    case noCertificate(of: Role, AlertFacts?)
    /// An encrypted alert in the place where the other side's certificate was due.
    case sealedRefusal(by: Role)
    /// The acceptor closed after TLS 1.3 was over, and what is wrong with the initiator's certificate explains it.
    case closedOverCertificate(CertificateFault?)

    // MARK: TLS

    case noCommonVersion(AlertFacts?, by: Role?, String?)
    case noCommonCipher(AlertFacts?, by: Role?, String?)
    /// The acceptor has no usable key or certificate: by its alert, or by its close.
    case unusableKey(AlertFacts?, by: Role)
    /// The acceptor's key does not belong to its certificate.
    case foreignKey
    case otherAlert(AlertFacts, by: Role?)
    case badTLSOptions(of: Role, String)
    case tlsFailed(String)
    /// The initiator speaks TLS, the acceptor does not, as far as its silence or close says so.
    case secureToPlain(SilenceBehindHello)
    /// The initiator speaks plain distribution, the acceptor requires TLS.
    case plainToSecure(AlertFacts?)
    /// What connected to an acceptor with TLS speaks neither: the first byte of it.
    case strangerToSecure(UInt8)
    case notTLS([UInt8])
    case closedInTLS(by: Role)
    /// The acceptor was silent behind the hello, although it speaks TLS.
    case frozenBehindHello(milliseconds: Int?)
    /// Something connected to the acceptor and went away before TLS was over.
    case probe(by: Role, isSecured: Bool)

    // MARK: what ends an attempt by itself

    /// By the reason that is known: of the way to the node, of the distribution handshake.
    case end(AttemptFacts.End)
    /// The acceptor closed instead of an answer to the name.
    case closedAtName(isSecure: Bool)
    /// The acceptor closed behind the challenge reply.
    case closedAtReply
    /// The initiator closed behind the challenge, which calls the acceptor by another name than it dialled.
    case leftForName(dialled: String, actual: String)
    /// The initiator closed behind the challenge, which lacks flags.
    case leftForFlags([String])
    /// The initiator closed behind the challenge; which name it dialled is not known.
    case leftAtChallenge
    /// Our own connection without TLS, which only asked what is spoken there.
    case plainProbe
    case closed(by: Role)
    /// One has a short name, the other a long one; more words behind that.
    case nameTypes(String)
    /// The acceptor's status refuses the initiator, which lacks these flags.
    case refusedForFlags([String])
    /// Seen from an acceptor without TLS.
    case sentNoName(afterWaiting: Bool)
}

/// A certificate that one end refused.
package struct CertificateFault: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case expired
        case notYetValid
        case unknownCA
        case signsItself
        case name(expected: String?, presented: [String])
        case usage
        case revoked(since: Int?)
        /// Whether it is revoked cannot be found out.
        case revocationUnknown(isBeyondRepair: Bool)
        /// Nothing is seen to be wrong with it.
        case unclear
    }

    package var kind: Kind
    package var owner: Role
    package var chain: [CertificateFacts]
    /// The one that is at fault, and where it stands in the chain: 0 is the leaf.
    package var guilty: CertificateFacts?
    package var depth: Int
    /// nil where the judge was heard itself.
    package var alert: AlertFacts?
    /// The judge's own words.
    package var words: String?

    package var leaf: CertificateFacts? { chain.first }
}

/// How the silence of an acceptor behind a TLS hello was seen.
package enum SilenceBehindHello: Hashable, Sendable {
    /// Both ends were seen, or a connection without TLS was answered.
    case seen
    case closed
    case silent(milliseconds: Int?)
}
