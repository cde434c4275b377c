/// What was seen of nodes before an attempt: those that spoke TLS. A node that speaks it does so until it is started
/// anew, so that its silence now has another reason.
package struct PeerHistory: Hashable, Sendable {
    /// Nodes that are remembered, and peers of each: one cluster's.
    private static let limit = 4096

    /// Names and addresses.
    private var secure: Set<String> = []
    /// By the node that was watched: the nodes that it was connected with.
    private var links: [String: Set<String>] = [:]

    package init() {}

    /// Takes in what an event shows of its acceptor.
    package mutating func add(_ event: TraceEvent) {
        switch event.what {
        case .secured: note(event.acceptor)
        case .tlsMessage(let message) where message.type == TLSMessageType.serverHello: note(event.acceptor)
        case .certificates(shownBy: .acceptor, let chain, _) where !chain.isEmpty: note(event.acceptor)
        case .up, .down:
            guard case .node(let node) = event.vantage, links[node] != nil || links.count < Self.limit else { return }
            for case let peer? in [event.initiator.name, event.acceptor.name] where peer != node {
                if links[node, default: []].count < Self.limit { links[node, default: []].insert(peer) }
            }
        default: break
        }
    }

    /// Whether the acceptor is known to speak TLS.
    /// - Parameter isSecure: whether the initiator, which is watched, does: then its earlier links were of TLS.
    package func spokeTLS(initiator: Party, acceptor: Party, isSecure: Bool) -> Bool {
        if let name = acceptor.name, secure.contains(name) { return true }
        if let address = acceptor.address, secure.contains(address.description) { return true }
        guard isSecure, let node = initiator.name, let peer = acceptor.name else { return false }
        return links[node]?.contains(peer) == true
    }

    private mutating func note(_ party: Party) {
        for case let place? in [party.name, party.address?.description] where secure.count < Self.limit {
            secure.insert(place)
        }
    }
}
