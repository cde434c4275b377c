import ErlangTerm

/// How two partitions become one: init_connect both ways, a lock on both partitions, exchange of names, resolved, and
/// new_nodes to the others (the comment "Connection algorithm" in `global.erl`).
extension GlobalServer {
    /// `handle_nodeup`
    mutating func begin(with node: Atom) {
        guard known[node] == nil, sessions[node] == nil else { return }
        let greeting = greetings.removeValue(forKey: node)
        let tag = nextNumber()
        sessions[node] = Session(myTag: tag)
        let nodes = Term.map(knownInOrder.map { MapPair(.atom($0.node), .integer($0.version)) })
        send(
            .cast(
                .atom("init_connect"), .tuple(.integer(Self.version), .integer(tag)), .atom(own),
                .tuple(.atom("locker"), .atom("no_longer_a_pid"), nodes, .pid(lockerPID))), to: node)
        if let greeting { greeted(by: node, greeting) }
    }

    mutating func greeted(by node: Atom, _ greeting: Greeting) {
        if connected.contains(node) { remember(greeting.version, of: node) }
        if pending[node] != nil {
            // Two attempts that do not know of each other.
            guard greeting.version >= Self.verifyingVersion else { return emit(.disconnect(node)) }
            sendCancel(to: node, hisTag: greeting.tag)
            // This one is cancelled, and the next init_connect of this node has another tag. OTP 25 goes on with this
            // one, and meets the next one in the same way, and so on; OTP 27 does as is done here.
            return restart(with: node, tag: sessions[node]?.myTag)
        }
        guard let session = sessions[node] else {
            if connected.contains(node) || greetings.count < 1000 { greetings[node] = greeting }
            return
        }
        let version = min(greeting.version, Self.version)
        sessions[node]?.hisTag = greeting.tag
        sessions[node]?.version = version
        pending[node] = greeting.version
        if greeting.version >= Self.verifyingVersion {
            send(.tuple(.atom("init_connect_ack"), .atom(own), greeting.tag, .integer(session.myTag)), to: node)
        }
        lockerAdds(
            GlobalLocker.Candidate(
                node: node, locker: greeting.locker, version: version, myTag: session.myTag, hisTag: greeting.tag))
    }

    /// - Parameters:
    ///   - mine: the tag that it thinks is ours.
    ///   - his: its own.
    mutating func acknowledged(by node: Atom, mine: Term, his: Term) {
        let session = sessions[node]
        guard session.map({ Term.integer($0.myTag) }) != mine || session?.hisTag != his else {
            sessions[node]?.isAcknowledged = true
            return
        }
        sendCancel(to: node, hisTag: his)
        restart(with: node, tag: session?.myTag)
    }

    /// - Parameter tag: of the attempt that is given up; nil: the node is not up for us.
    mutating func restart(with node: Atom, tag: Int?) {
        cancelLocker(node, tag: tag)
        forget(node)
        pending[node] = nil
        if tag != nil, connected.contains(node) { begin(with: node) }
    }

    private mutating func sendCancel(to node: Atom, hisTag: Term) {
        send(.tuple(.atom("cancel_connect"), .atom(own), hisTag), to: node)
    }

    /// The lock for joining this node is not wanted any more.
    mutating func cancelLocker(_ node: Atom, tag: Int?) {
        lockerCancels(node, tag: tag)
        if let version = pending[node], version >= Self.verifyingVersion, let session = sessions[node],
            session.myTag == tag, let hisTag = session.hisTag
        {
            sendCancel(to: node, hisTag: hisTag)
        }
        resolutions.cancel(node, tag: tag)
    }

    // MARK: both partitions are locked

    mutating func lockIsSet(with node: Atom, tag: Int, lock: Term) {
        guard let session = sessions[node], session.myTag == tag, let hisTag = session.hisTag else {
            return cancelLocker(node, tag: tag)
        }
        send(.cast(.atom("exchange"), .atom(own), names.list, .emptyList, hisTag), to: node)
        sessions[node]?.lock = lock
        if case .received(let theirs) = session.names {
            sessions[node]?.names = .none
            resolve(theirs, of: node, tag: tag)
        } else {
            sessions[node]?.names = .lockIsSet
        }
    }

    mutating func exchanged(with node: Atom, names theirs: [Term], tag: Term) {
        guard let session = sessions[node], tag == .integer(session.myTag) else {
            return cancelLocker(node, tag: tag.asInteger)
        }
        if session.names == .lockIsSet {
            sessions[node]?.names = .none
            resolve(theirs, of: node, tag: session.myTag)
        } else {
            sessions[node]?.names = .received(theirs)
        }
    }

    /// All conflicts are settled (`exchange_ops`).
    /// - Parameters:
    ///   - operations: for our partition.
    ///   - results: for the other one.
    mutating func namesSettled(with node: Atom, tag: Int, operations: [Term], results: [Term]) {
        guard let session = sessions[node], session.myTag == tag, let hisTag = session.hisTag else {
            return cancelLocker(node, tag: tag)
        }
        send(
            .cast(
                .atom("resolved"), .atom(own), .list(results), knownList(for: version(of: node)), .atom("unused"),
                names.externalList, hisTag), to: node)
        if case .theirs(let theirs, let known, let external) = session.operations {
            join(node, operations + theirs, known: known, external: external)
        } else {
            sessions[node]?.operations = .ours(operations)
        }
    }

    mutating func resolvedByPeer(
        _ node: Atom, _ operations: [Term], known: [Term], external: Term, tag: Term
    ) {
        guard let session = sessions[node], tag == .integer(session.myTag) else {
            return cancelLocker(node, tag: tag.asInteger)
        }
        if case .ours(let ours) = session.operations {
            join(node, ours + operations, known: known, external: external)
        } else {
            sessions[node]?.operations = .theirs(operations, known: known, external: external)
        }
    }

    /// Both know what the other has: the partitions are one.
    private mutating func join(_ node: Atom, _ operations: [Term], known theirs: [Term], external: Term) {
        let session = sessions[node]
        let newNodes = ([.tuple(.atom(node), .integer(version(of: node)))] + theirs).compactMap { term -> Term? in
            guard let (other, version) = Self.nodeAndVersion(term) else { return nil }
            return .tuple(.atom(other), .integer(version == 0 ? self.version(of: other) : version))
        }
        let theirNodes = theirs.compactMap { Self.nodeAndVersion($0)?.0 }
        let extra: Term = [
            .tuple(.atom("vsn"), .integer(session?.version ?? Self.version)),
            .tuple(.atom("lock"), session?.lock ?? .atom("undefined")),
        ]
        sync(with: theirNodes)
        apply(operations, external: external, lock: session?.lock)
        for other in theirNodes { endSession(with: other) }
        // Before the lock is given up.
        for isOld in [false, true] {
            let others = knownInOrder.filter { ($0.version < Self.partitionVersion) == isOld }.map(\.node)
            let nodes = isOld ? newNodes.compactMap { $0.asTuple(2)?[0] } : newNodes
            post(.cast(.atom("new_nodes"), .atom(own), .list(operations), external, .list(nodes), extra), to: others)
        }
        endSession(with: node)
        _ = addToKnown(newNodes)
    }

    /// `cancel_resolved_locker`: it is joined, so that nothing is cancelled over there.
    private mutating func endSession(with node: Atom) {
        pending[node] = nil
        cancelLocker(node, tag: sessions[node]?.myTag)
        forget(node)
    }
}
