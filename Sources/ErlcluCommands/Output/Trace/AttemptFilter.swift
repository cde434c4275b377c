import ErlangNode
import HandshakeTrace

/// Which attempts are shown.
struct AttemptFilter {
    /// Only those that failed.
    var failuresOnly = false
    /// Only those with a node or address that fits.
    var peer: NameGlob?

    func fits(_ initiator: Party, _ acceptor: Party) -> Bool {
        guard let peer else { return true }
        return [initiator.name, acceptor.name, initiator.address?.host, acceptor.address?.host]
            .contains { $0.map(peer.matches) ?? false }
    }
}
