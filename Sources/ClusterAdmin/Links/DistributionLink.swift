import Diagnosis
import ErlangTerm

/// A connection between two nodes, as one of them sees it.
package struct DistributionLink: Hashable, Sendable {
    package enum State: String, Sendable {
        case up
        case pending
        /// It is up, and the other end is setting up a new one in its place.
        case replaced
    }

    /// The one that says so.
    package var node: String
    package var peer: String
    package var state: State?
    package var kind: Member.Kind?
    /// `tcp` or `tls`.
    package var transport: String?
    /// `IP:PORT` of the peer's end. Only where this node has dialled it the peer listens there.
    package var address: String?
    /// Whether this node has made it.
    package var isDialled: Bool?
    package var packetsIn: Int?
    package var packetsOut: Int?
    /// Of the socket: TLS is around what the nodes say.
    package var bytesIn: Int?
    package var bytesOut: Int?
    /// What waits in the node's buffer for the link, and then in the socket's driver. What waits in the kernel is not
    /// known.
    package var bufferedBytes: Int?
    package var queuedBytes: Int?
    /// Whether the link takes nothing more, so that those who send to the peer are suspended, now or soon: the buffer is
    /// at its limit, or it waits for a driver that is behind. Senders stay suspended until the driver takes everything
    /// again, so a buffer that has fallen below its limit is no sign (`erts_dist_command`).
    package var isBusy: Bool?
    package var tlsVersion: String?
    package var cipher: String?

    package init(
        node: String, peer: String, state: State? = .up, kind: Member.Kind? = .visible, transport: String? = nil,
        address: String? = nil, isDialled: Bool? = nil, packetsIn: Int? = nil, packetsOut: Int? = nil,
        bytesIn: Int? = nil, bytesOut: Int? = nil, bufferedBytes: Int? = nil, queuedBytes: Int? = nil,
        isBusy: Bool? = nil, tlsVersion: String? = nil, cipher: String? = nil
    ) {
        self.node = node
        self.peer = peer
        self.state = state
        self.kind = kind
        self.transport = transport
        self.address = address
        self.isDialled = isDialled
        self.packetsIn = packetsIn
        self.packetsOut = packetsOut
        self.bytesIn = bytesIn
        self.bytesOut = bytesOut
        self.bufferedBytes = bufferedBytes
        self.queuedBytes = queuedBytes
        self.isBusy = isBusy
        self.tlsVersion = tlsVersion
        self.cipher = cipher
    }
}

extension DistributionLink {
    /// A node has fewer: `ERL_MAX_PORTS` is about that, and a full mesh of so many is none that works.
    static let mostLinks = 4_096

    /// Those that a node lists in its snapshot, by the peers' names, without the ones of shells and tools.
    static func links(of node: String, _ facts: TermView) -> [DistributionLink] {
        let limit = facts.value(of: "busy_limit")?.integer
        return (facts.value(of: "connections")?.list.map { Array($0.prefix(mostLinks)) } ?? [])
            .compactMap { DistributionLink(node, $0, busyLimit: limit) }
            .filter { $0.kind != .hidden || !MemberRoster.isToolName($0.peer) }
            .sorted { $0.peer < $1.peer }
    }

    private init?(_ node: String, _ facts: TermView, busyLimit: Int?) {
        guard let peer = facts.value(of: "node")?.atom?.name else { return nil }
        self.init(node: node, peer: peer, state: nil, kind: nil)
        func text(_ key: Atom) -> String? {
            NodeAdministrator.text(facts.value(of: key)).map { String($0.prefix(255)) }
        }
        func count(_ key: Atom) -> Int? {
            facts.value(of: key)?.integer.flatMap { (0...1 << 53).contains($0) ? $0 : nil }
        }
        state =
            switch text("state") {
            case "up": .up
            case "pending": .pending
            case "up_pending": .replaced
            default: nil
            }
        kind = text("type") == "normal" ? .visible : text("type") == "hidden" ? .hidden : nil
        transport = text("transport")
        if let ip = text("ip"), let port = count("port") {
            address = Endpoint(host: ip, port: UInt16(clamping: port)).description
        }
        isDialled = facts.value(of: "dialled")?.bool
        (packetsIn, packetsOut) = (count("in"), count("out"))
        (bytesIn, bytesOut) = (count("bytes_in"), count("bytes_out"))
        (bufferedBytes, queuedBytes) = (count("buffered"), count("queued"))
        if let bufferedBytes, let busyLimit {
            isBusy = bufferedBytes >= busyLimit || (bufferedBytes > 0 && queuedBytes.map { $0 > 0 } == true)
        }
        (tlsVersion, cipher) = (text("protocol"), text("cipher"))
    }
}
