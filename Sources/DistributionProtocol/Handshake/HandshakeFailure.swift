/// Why a handshake failed, and where.
package struct HandshakeFailure: Error, Hashable, Sendable {
    /// The message that was being sent or waited for.
    package enum Stage: String, CaseIterable, Hashable, Sendable {
        case name = "NAME"
        case status = "STATUS"
        case challenge = "CHALLENGE"
        case reply = "REPLY"
        case ack = "ACK"
    }

    package enum Reason: Error, Hashable, Sendable {
        /// The peer's status ends the attempt: `nok`, `not_allowed`, `alive` that we answer with `false`.
        case refused(HandshakeStatus)
        /// A status that does not fit what was asked: `named:` to a static name, `ok` to a dynamic one, unknown words.
        case unexpectedStatus(HandshakeStatus)
        /// The peer gave us a name that is none, or on another host than we said.
        case badAssignedName(String)
        /// The peer's name is not the one that was dialled.
        case nameMismatch(dialled: String, actual: String)
        /// The same, where one of the two is a short and the other a long name: both sides' name types differ.
        case nameTypeMismatch(dialled: String, actual: String)
        /// The name that the initiator gives is none (`dist_util:is_name_ok/2`).
        case invalidName(String)
        /// We (as acceptor) do not let this node in.
        case notAllowed(String)
        /// The peer lacks flags that we need.
        case missingFlags(DistributionFlags, peer: PeerFacts)
        /// The peer proved another cookie than ours.
        case wrongDigest
        /// The peer closed. In stage `ack` that is its answer to a cookie that it does not share.
        case closed
        case unexpectedMessage(tag: UInt8, expected: HandshakeMessageKind)
        case malformed(HandshakeMessageKind, String)
        /// A length that no handshake message has; `firstBytes` (at most 32) when these were the first of all, which
        /// then show what is really spoken there.
        case messageTooLong(length: Int, limit: Int, firstBytes: [UInt8])
        /// The first bytes are a TLS record (an alert, or a ClientHello to an acceptor); the alert's description
        /// byte (RFC 8446 §6) as far as it had arrived.
        case peerSpeaksTLS(alertDescription: UInt8?)
        /// Bytes came before it was the peer's turn to speak.
        case bytesOutOfTurn
    }

    package var stage: Stage
    package var reason: Reason

    package init(_ stage: Stage, _ reason: Reason) {
        self.stage = stage
        self.reason = reason
    }
}
