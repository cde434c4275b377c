import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangTerm
import ReleaseFiles

/// What an erlclud is to be.
struct DaemonSettings {
    var name: NodeName
    var nameOrigin: Origin
    /// Whether `nodes()` of the others lists it, and it takes part in `global`.
    var isVisible: Bool
    /// Whether it tells others of links that it has lost, and ends those that it is told of: `prevent_overlapping_partitions`
    /// of the nodes' kernel, which is to be the same on all.
    var preventsOverlap: Bool
    /// After how long a silence a peer counts as gone: `net_ticktime` of the nodes' kernel, which is to be the same on all.
    var tickTime: Duration
    var cookie: Secret
    var cookieOrigin: Origin
    /// nil for plain distribution.
    var security: DaemonSecurity?
    /// Where peers come from; nil: from nowhere, and none is probed.
    var discover: Discovery.Source?
    /// What stands before the `@` in the names of peers of which only the host is known.
    var nameBase: String
    /// Between two handshakes with a peer; at least 1 s.
    var probeInterval: Duration
    /// Where metrics are served, at each of them.
    var http: [SocketAddress]
    /// From SIGTERM to the end.
    var shutdownDelay: Duration
    /// Where it listens for peers; port 0 has the kernel choose one.
    var listen: SocketAddress
    /// Where its name is made known.
    var names: NameServiceChoice

    /// What comes of that no epmd has its port, where that may not be meant.
    var warningOfPort: String? {
        guard !names.isAny else { return nil }
        if isVisible { return "where a node does not know the port in another way, OTP 25 and later cut links" }
        return listen.port == 0 ? "nobody can know a port that the kernel chooses: it dials, and is not dialled" : nil
    }
}
