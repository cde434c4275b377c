import ErlangTerm

/// What nodes tell one another of links that are lost, so that no two partitions overlap (`prevent_overlapping_partitions`).
extension GlobalServer {
    struct Loss: Hashable {
        var by: Atom
        var of: Atom
    }

    struct Incident: Hashable {
        var creation: Int
        var number: Int
    }

    mutating func announceLoss(of node: Atom) {
        guard preventsOverlap else { return }
        multicast(
            .tuple(
                .atom("lost_connection"), .atom(own), .integer(creationExtension + Int(creation) + 1 << 59),
                .integer(nextNumber()), .atom(node)), except: node)
    }

    private mutating func multicast(_ message: Term, except node: Atom) {
        let all = known.merging(pending) { known, _ in known }
        for (other, version) in all.sorted(by: { Atom.precedes($0.key, $1.key) })
        where other != node && version >= Self.partitionVersion && connected.contains(other) {
            send(message, to: other)
        }
    }

    /// A node has lost its link to another one.
    mutating func lossReported(by reporter: Atom, creation: Int, number: Int, of node: Atom, message: Term) {
        guard preventsOverlap else { return }
        let loss = Loss(by: reporter, of: node)
        if let last = losses[loss], last.creation == creation, number <= last.number { return }
        multicast(message, except: reporter)
        // As with `global`, for whom an hour is long enough: what is so old is not repeated by anybody.
        if losses.count >= Self.nodesLimit { losses = [:] }
        losses[loss] = Incident(creation: creation, number: number)
        let removed = node == own ? reporter : node
        guard known[removed] != nil || pending[removed] != nil else { return }
        emit(.report(.disconnectRequested(from: removed)))
        requestRemoval(by: removed)
        lost(removed, .removed)
    }

    /// Whether it understands remove_connection. One whose version is not known may be old.
    func isPartitionAware(_ node: Atom) -> Bool { version(of: node) >= Self.partitionVersion }

    /// Asks a node to end its link to us, which it tells nobody of. An old one would log an unexpected message and keep the
    /// link; it tells nobody of its end in any case.
    mutating func requestRemoval(by node: Atom) {
        guard isPartitionAware(node) else { return emit(.disconnect(node)) }
        send(.tuple(.atom("remove_connection"), .atom(own)), to: node)
    }

    /// A node wants no link to us any more.
    mutating func removalAsked(by node: Atom) {
        guard known[node] != nil || pending[node] != nil else {
            // Two that have given each other up have a link that neither of them ends, and never join over it.
            if removing.contains(node) { emit(.disconnect(node)) }
            return
        }
        lost(node, .removed)
        emit(.report(.disconnected(by: node)))
        emit(.disconnect(node))
    }
}
