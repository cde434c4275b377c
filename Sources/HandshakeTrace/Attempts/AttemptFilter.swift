package import Diagnosis

/// Which attempts are shown.
package struct AttemptFilter: Sendable {
    /// How the two ends of an attempt go with the filter.
    package enum Fit {
        case yes
        /// Too little is known of an end: it may be the one that is asked for.
        case perhaps
        case no
    }

    /// Only those that failed.
    package var failuresOnly: Bool
    /// Only those with a node or address that fits.
    package var peer: NameGlob?

    package init(failuresOnly: Bool = false, peer: NameGlob? = nil) {
        self.failuresOnly = failuresOnly
        self.peer = peer
    }

    package func fit(_ initiator: Party, _ acceptor: Party) -> Fit {
        guard let peer else { return .yes }
        let parties = [initiator, acceptor]
        if parties.contains(where: { [$0.name, $0.address?.host].contains { $0.map(peer.matches) ?? false } }) {
            return .yes
        }
        return parties.contains(where: { mayBe($0, peer) }) ? .perhaps : .no
    }

    /// A node that fails before it has sent its name is known by its address at most: only a pattern of addresses
    /// excludes it.
    private func mayBe(_ party: Party, _ peer: NameGlob) -> Bool {
        guard party.name == nil else { return false }
        guard let address = party.address?.host, let hosts = peer.ofAddresses else { return true }
        return hosts.matches(address)
    }
}
