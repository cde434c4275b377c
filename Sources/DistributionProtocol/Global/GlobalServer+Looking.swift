import ErlangTerm

/// Where `global` has no way out, nodes wait for one another without end: links that end while partitions are joined leave
/// nodes of which one knows the other and is not known there, and the locker of the one waits with its lock for a word of
/// the other, so that nobody registers a name any more. A look now and then finds such nodes.
struct GlobalDoubts: Sendable {
    /// At how many looks in a row a node with a link was half known.
    var nodes: [Atom: Int] = [:]
    /// Nodes with which a joining over the same link has begun for that.
    var begun: Set<Atom> = []
    /// Nodes whose link is ended for that, to be brought up again.
    var renewed: Set<Atom> = []
    /// Those of them that were told since the last look that they know us. They say in_sync to that, perhaps over the new
    /// link, where it means nothing.
    var introduced: Set<Atom> = []
    /// For whose word the locker waited with its lock at the last looks, and at how many in a row.
    var joining: (candidate: GlobalLocker.Candidate, looks: Int)?
    /// What had not been answered at the last look of what the locker asks for on the way to its lock.
    var unanswered: Set<Reference> = []

    /// The link of a node is over.
    /// - Returns: whether it is to be brought up again.
    mutating func forget(_ node: Atom) -> Bool {
        nodes[node] = nil
        begun.remove(node)
        return renewed.remove(node) != nil
    }
}

extension GlobalServer {
    /// So many looks in a row without a word are enough.
    private static let patience = 2
    /// As many where it may be a fun of the user that takes the time, on the other node.
    private static let patienceWithFuns = 10

    /// To be called each minute: within that time two nodes come to know each other, or have lost each other.
    package mutating func look() -> [GlobalAction] {
        lookAtLocking()
        lookAtJoining()
        lookAtKnown()
        return take()
    }

    // MARK: nodes that are half known

    private func isDoubtful(_ node: Atom) -> Bool {
        // It has asked to join us, as it does where it does not know us.
        guard known[node] == nil else { return greetings[node] != nil }
        // It is no member for us, and is on no way to it.
        guard let session = sessions[node] else { return true }
        return doubts.begun.contains(node) && !session.isAcknowledged
    }

    private mutating func lookAtKnown() {
        doubts.introduced = []
        let doubtful = connected.filter(isDoubtful)
        doubts.nodes = doubts.nodes.filter { doubtful.contains($0.key) }
        doubts.begun.formIntersection(doubtful)
        doubts.renewed.formIntersection(doubtful)
        for node in doubtful.sorted(by: Atom.precedes) {
            let looks = (doubts.nodes[node] ?? 0) + 1
            doubts.nodes[node] = looks
            guard looks >= Self.patience else { continue }
            if looks == Self.patience { emit(.report(.halfKnown(node))) }
            if looks == Self.patience, greetings[node] != nil {
                beginAgain(with: node)
            } else if doubts.renewed.insert(node).inserted {
                endKnown(node)
            } else {
                // It does not do what it is asked for.
                emit(.disconnect(node))
            }
        }
    }

    /// What it has asked for is taken up over the link that there is. Were we to cut that, it would tell all its nodes of the
    /// loss, though it does not know us (`inform_connection_loss` in `handle_nodedown`), and those that know us would cut
    /// us off.
    ///
    /// That we do not know it for a moment does no harm to those that know both: nobody hears of it, they lock and tell both
    /// of us, and whom we join meanwhile it comes to know by the joining that follows (`resolved` has all whom we know).
    private mutating func beginAgain(with node: Atom) {
        known[node] = nil
        removing.remove(node)
        doubts.begun.insert(node)
        begin(with: node)
    }

    /// It ends the link itself: asked to, it puts down `{removing, Node}`, and tells nobody of the loss then. It heeds that
    /// of nodes that it knows only (`is_node_potentially_known`), and need not know us: our in_sync ends the joining that it
    /// had begun (`cancel_locker`, which takes its resolver), and whoever was to tell it of us may not have. So it is told
    /// that we are one of its nodes, just before.
    private mutating func endKnown(_ node: Atom) {
        if isPartitionAware(node) {
            let extra: Term = [
                .tuple(.atom("vsn"), .integer(Self.version)), .tuple(.atom("lock"), .atom("undefined")),
            ]
            let nodes: Term = [.tuple(.atom(own), .integer(Self.version))]
            send(.cast(.atom("new_nodes"), .atom(own), .emptyList, .emptyList, nodes, extra), to: node)
            doubts.introduced.insert(node)
        }
        requestRemoval(by: node)
        lost(node, .removed)
    }

    // MARK: the lock

    /// While the locker waits for a member it has the lock of others, and of the one with the greatest name first of all.
    private mutating func lookAtLocking() {
        guard case .acquiring(let acquisition) = locker.phase else { return doubts.unanswered = [] }
        let silent = acquisition.awaited.filter { doubts.unanswered.contains($0.key) }.values.min(by: Atom.precedes)
        doubts.unanswered = Set(acquisition.awaited.keys)
        guard let silent else { return }
        emit(.report(.joiningGivenUp(acquisition.candidate.node, silent: silent)))
        lockerGivesUp()
    }

    private mutating func lookAtJoining() {
        // A conflict of names that is settled from here ends by itself, with its call.
        guard let candidate = locker.awaited, !resolutions.isOpen(with: candidate.node) else {
            return doubts.joining = nil
        }
        let looks = doubts.joining?.candidate == candidate ? (doubts.joining?.looks ?? 0) + 1 : 1
        doubts.joining = (candidate, looks)
        guard looks >= (settlesConflicts(candidate.node) ? Self.patienceWithFuns : Self.patience) else { return }
        doubts.joining = nil
        let node = candidate.node
        emit(.report(.joiningGivenUp(node, silent: node)))
        guard sessions[node]?.myTag == candidate.myTag else { return lockerCancels(node, tag: candidate.myTag) }
        guard candidate.version < Self.verifyingVersion else { return restart(with: node, tag: candidate.myTag) }
        // It cannot be told.
        cancelLocker(node, tag: candidate.myTag)
        pending[node] = nil
        forget(node)
    }

    /// Whether a node that has our names may be busy with conflicts: the one with the lower name settles them.
    private func settlesConflicts(_ node: Atom) -> Bool {
        guard Atom.precedes(node, own), case .ours? = sessions[node]?.operations else { return false }
        return true
    }
}
