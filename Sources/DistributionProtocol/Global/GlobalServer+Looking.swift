import ErlangTerm

/// Where `global` has no way out, nodes wait for one another without end: links that end while partitions are joined leave
/// nodes of which one knows the other and is not known there, and the locker of the one waits with its lock for a word of
/// the other, so that nobody registers a name any more. A look now and then finds such nodes.
struct GlobalDoubts: Sendable {
    /// At how many looks in a row a node with a link was half known.
    var nodes: [Atom: Int] = [:]
    /// Nodes whose link is ended for that, to be brought up again.
    var renewed: Set<Atom> = []
    /// For whose word the locker waited at the last look.
    var joining: GlobalLocker.Candidate?
}

extension GlobalServer {
    /// To be called each minute: within that time two nodes come to know each other, or have lost each other.
    package mutating func look() -> [GlobalAction] {
        lookAtJoining()
        lookAtKnown()
        return take()
    }

    private mutating func lookAtKnown() {
        let doubtful = connected.filter { node in
            // It is no member for us, and is on no way to it; or has asked to join us, as it does where it does not know us.
            known[node] == nil ? sessions[node] == nil : greetings[node] != nil
        }
        doubts.nodes = doubts.nodes.filter { doubtful.contains($0.key) }
        doubts.renewed.formIntersection(doubtful)
        for node in doubtful.sorted(by: Atom.precedes) {
            doubts.nodes[node, default: 0] += 1
            switch doubts.nodes[node] ?? 0 {
            case 1: break
            case 2:
                emit(.report(.halfKnown(node)))
                doubts.renewed.insert(node)
                lost(node, .removed)
                sendRemoval(to: node)
            // It does not know us either, or is of a version that does not end it.
            default: emit(.disconnect(node))
            }
        }
    }

    private mutating func lookAtJoining() {
        // A conflict of names takes the time that a fun of the user takes.
        let candidate = locker.awaited.flatMap { resolutions.isOpen(with: $0.node) ? nil : $0 }
        guard let candidate, candidate == doubts.joining else {
            doubts.joining = candidate
            return
        }
        doubts.joining = nil
        let node = candidate.node
        emit(.report(.joiningGivenUp(node)))
        guard sessions[node]?.myTag == candidate.myTag else { return lockerCancels(node, tag: candidate.myTag) }
        guard candidate.version < Self.verifyingVersion else { return restart(with: node, tag: candidate.myTag) }
        // It cannot be told.
        cancelLocker(node, tag: candidate.myTag)
        pending[node] = nil
        forget(node)
    }
}
