import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode

/// What a daemon reports of itself.
enum LogEntry {
    /// - Parameter cookieOrigin: where the cookie comes from, in words.
    case listening(String, SocketAddress, isSecure: Bool, cookieOrigin: String)
    case epmd(Endpoint, NameRegistration.Event)
    /// No epmd has its port, and what comes of that.
    case portIsNowhere(String)
    /// Its own epmd serves there.
    case mapping(SocketAddress)
    /// So many peers were found.
    case peers(Int)
    /// Lines of the file of peers that are no names.
    case noNames([String])
    /// This source of peers does not say any.
    case undiscovered(String, DiscoveryFailure)
    /// It does again.
    case discovered(String)
    /// The canary gets in.
    case reached(String, total: Duration)
    /// Nothing gets in.
    case unreached(NodeFailure)
    /// A peer that is to have a link gets none, though the canary may get in.
    case notLinked(NodeFailure)
    case global(GlobalReport)
    case serving(String)
    /// What is shown to those that dial, at the start: seconds since 1970; nil: there is none.
    case certificate(expiry: Int?, isExpired: Bool)
    /// The TLS files are in use as they are now; until when our certificate is valid, in seconds since 1970.
    case renewed(expiry: Int?)
    /// They are not, and what was in use stays.
    case notRenewed(String)
    /// A peer asks for the end.
    case askedToStop
    /// Everybody who asks is told that it ends.
    case draining
    case up(String, isHidden: Bool, replacesLink: Bool)
    /// A link is over, and why.
    case down(String, NodeFailure)
    /// A peer that dialled us did not come in.
    case refused(NodeFailure, peer: String?)
    /// So many peers are on their way in that from now on the oldest makes room for each new one.
    case crowded(limit: Int)
}
