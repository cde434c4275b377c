import Diagnosis
import ErlangNode
import ErlangTerm

/// A connection that a trace follows: what has been seen of it so far.
struct TracedConnection {
    let id: Int
    let side: Role
    var initiator: Party
    var acceptor: Party
    var stage: NodeFailure.Stage
    /// Whether it comes and goes beside the link to that peer, as a probe of an erlclud does: `net_kernel` has but one
    /// of each node.
    var isBesideLink = false
    var isSecure = false
    /// Whether the TCP connection has been reported.
    var isConnected = false
    var isUp = false
    /// When `net_kernel` reported that the node is up: a process of a connection that is killed at once does not
    /// come to say so itself.
    var nodeWasUp: Int?
    var isOver = false
    /// Between the question to epmd and its answer.
    var asksEPMD = false
    /// The status that we sent last, which may be the reason of the end.
    var sentStatus: String?
    /// The peer said that our old connection still lives.
    var wasAlive = false
    /// It was the initiator's answer that it has no use for its own attempt any more.
    var isGivenUp = false
    /// An old connection of the same two nodes was alive, by the word of either side.
    var waitsForOldLink: Bool { wasAlive || sentStatus == "alive" }
    /// The challenge has been answered: the old connection is out of the way.
    var hasAnswered: Bool { stage >= .ack }
    /// The chain that is being verified.
    var chain: [[UInt8]] = []
    /// Whether a verdict on the peer's certificates has been reported, and which.
    var verdict: CertificateVerdict?
    var secured = false
    /// Whether an alert has been reported.
    var hasAlert = false

    /// The other node's name, as far as it is known.
    var peerName: String? { side == .initiator ? acceptor.name : initiator.name }

    /// Whether its handshake has come so far that nothing but the last messages may be missing.
    var isReady: Bool { side == .initiator ? stage == .ack : stage == .reply }

    /// Whether only `net_kernel` has reported that it was up.
    var wasUp: Bool { nodeWasUp != nil && !isOver && !isUp }

    mutating func learn(_ role: Role, name: String? = nil, address: Endpoint? = nil, host: String? = nil) {
        let news = Party(name: name, address: address, host: host)
        if role == .initiator {
            initiator = news.completed(by: initiator)
        } else {
            acceptor = news.completed(by: acceptor)
        }
    }
}
