/// A message of the handshake (erl_dist_protocol, "Distribution Handshake"), without its length.
enum HandshakeMessage: Sendable {
    /// `N`: the initiator's name; with NAME_ME the host part only.
    case name(flags: DistributionFlags, creation: UInt32, name: String)
    /// `n` of OTP 22 and before, and of an initiator that does not know the peer's release.
    case oldName(version: UInt16, flags: DistributionFlags, name: String)
    /// `s`
    case status(HandshakeStatus)
    /// `N`, from the acceptor.
    case challenge(flags: DistributionFlags, challenge: UInt32, creation: UInt32, name: String)
    /// `n`, from an acceptor of OTP 22 or before.
    case oldChallenge(version: UInt16, flags: DistributionFlags, challenge: UInt32, name: String)
    /// `c`: what `oldName` had no room for.
    case complement(flagsHigh: UInt32, creation: UInt32)
    /// `r`
    case challengeReply(challenge: UInt32, digest: ChallengeDigest)
    /// `a`
    case challengeAck(digest: ChallengeDigest)

    var kind: HandshakeMessageKind {
        switch self {
        case .name, .oldName: .name
        case .status: .status
        case .challenge, .oldChallenge: .challenge
        case .complement: .complement
        case .challengeReply: .challengeReply
        case .challengeAck: .challengeAck
        }
    }
}

/// The kinds of message, for events and errors.
package enum HandshakeMessageKind: String, CaseIterable, Hashable, Sendable {
    case name = "send_name"
    case status = "send_status"
    case challenge = "send_challenge"
    case complement = "send_complement"
    case challengeReply = "send_challenge_reply"
    case challengeAck = "send_challenge_ack"
}
