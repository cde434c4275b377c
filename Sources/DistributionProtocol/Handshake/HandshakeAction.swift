/// What the driver of a handshake does next, in the order given.
package enum HandshakeAction: Sendable {
    /// Write these bytes.
    case send([UInt8])
    /// Report to whoever listens.
    case observe(HandshakeEvent)
    /// The acceptor asks: shall this node in? Answer with `AcceptorHandshake.decide`.
    case decide(PeerFacts)
    /// The link is up; from here on frames follow.
    case done(HandshakeResult)
    /// Close. Nothing follows, and further bytes are ignored.
    case failed(HandshakeFailure)
}

/// What both sides agreed on.
package struct HandshakeResult: Hashable, Sendable {
    package var peer: PeerFacts
    /// Our own full name: the one we gave, or the one that the peer assigned.
    package var localName: NodeName
    /// Our creation: the one we gave, or the one that came with the assigned name.
    package var localCreation: UInt32
    /// What both sides can do: the flags that both sent (`dist_util:adjust_flags/2`).
    package var sharedFlags: DistributionFlags
    /// Whether we answered `alive` with `true`: a link to this name was up, and is now replaced.
    package var replacedLink: Bool
    /// Bytes behind the last handshake message: the start of the first frame.
    package var leftover: [UInt8]
}
