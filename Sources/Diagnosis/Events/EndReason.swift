package import DistributionProtocol

/// Why an attempt is over, as the vantage saw it: what is known, not yet what it means.
package enum EndReason: Hashable, Sendable {
    /// The TCP connection was closed, by whom if that is known.
    case closed(by: Role?)
    case reset(by: Role?)
    /// Nobody listens.
    case refused
    /// The network's words.
    case unreachable(String)
    /// The host's name does not resolve; the resolver's words.
    case unresolved(String)
    /// The tunnel to the node carries nothing.
    case tunnel(TunnelFailure)
    /// epmd does not know the node.
    case notRegistered
    /// Nothing came within this time; milliseconds where they are known.
    case timeout(milliseconds: Int?)
    /// This end rejects what the other answered to its challenge.
    case wrongCookie
    /// This end does not let the other in.
    case notAllowed
    /// The other end's status ends it.
    case refusedBy(HandshakeStatus)
    /// This end rejects the other for flags that it lacks.
    case missingFlags([String])
    case nameMismatch(dialled: String, actual: String)
    /// The first bytes that came are not of TLS, where TLS is spoken (at most 32).
    case notTLS([UInt8])
    /// They are not of the distribution protocol, where that is spoken without TLS (at most 32).
    case notDistribution([UInt8])
    /// The node refuses an option of its own.
    case badTLSOptions(String)
    /// TLS failed; the events before it say more.
    case tls(String)
    /// Our own attempt failed, and has been explained.
    case failed(NodeFailure)
    /// What came breaks the protocol that is spoken; how.
    case violation(String)
    /// The peer chose TLS parameters that this end does not take; the library's words.
    case noCommonParameters(String)
    /// The peer signs with another key than its certificate's.
    case foreignKey
    /// The node's own words.
    case other(String)
}
