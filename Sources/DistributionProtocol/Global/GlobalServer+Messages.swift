import ErlangTerm

/// What comes for `global_name_server`. What has another shape than `global` gives it is passed over.
extension GlobalServer {
    mutating func cast(_ message: Term) {
        guard let (tag, parts) = message.tagged else { return }
        switch (tag, parts.count) {
        case ("init_connect", 4):
            guard case .tuple(let version) = parts[1], version.count >= 2, let number = version[0].asInteger,
                let node = parts[2].asAtom, let locker = parts[3].asTuple(4)?[3].asPID
            else { return }
            greeted(by: node, Greeting(version: number, tag: version[1], locker: locker))
        case ("exchange", 5):
            guard let node = parts[1].asAtom, let names = parts[2].asList else { return }
            exchanged(with: node, names: names, tag: parts[4])
        case ("resolved", 7):
            guard let node = parts[1].asAtom, let operations = parts[2].asList, let known = parts[3].asList
            else { return }
            resolvedByPeer(node, operations, known: known, external: parts[5], tag: parts[6])
        case ("new_nodes", 6):
            guard let operations = parts[2].asList, let nodes = parts[4].asList else { return }
            let added = addToKnown(nodes)
            sync(with: added)
            let lock = (parts[5].asList ?? []).compactMap { $0.asTuple(2) }.first { $0[0] == .atom("lock") }
            apply(operations, external: parts[3], lock: lock?[1])
        case ("in_sync", 3):
            guard let node = parts[1].asAtom, doubts.introduced.remove(node) == nil else { return }
            // `global` says nothing of that. The other end may have a joining with us under way all the same, and where
            // we do not come to know its node it holds its locks without end.
            cancelLocker(node, tag: sessions[node]?.myTag)
            pending[node] = nil
            forget(node)
        case ("lock_set", 5):
            guard let pid = parts[1].asPID, let tag = parts[4].asInteger, sessions[pid.node]?.myTag == tag
            else { return }
            lockSet(message)
        case ("lock_set", 4): lockSet(message)
        default: break
        }
    }

    /// - Parameter from: `{Pid, Tag}`.
    mutating func called(_ from: Term, _ request: Term) {
        guard let caller = from.asTuple(2), let pid = caller[0].asPID else { return }
        emit(.tell(.tuple(caller[1], answer(to: request, from: pid)), to: pid))
    }

    private mutating func answer(to request: Term, from pid: PID) -> Term {
        switch request.tagged.map({ ($0.tag, $0.elements.count) }) {
        case ("set_lock", 2)?: return .bool(setLock(request.asTuple(2)?[1] ?? .emptyList, for: pid))
        case ("del_lock", 2)?:
            deleteLock(request.asTuple(2)?[1] ?? .emptyList, for: pid)
            return .true
        case ("register", 4)?:
            if case .tuple(let parts) = request, let named = parts[2].asPID {
                insert(parts[1], named, method: parts[3], isLate: !locks.isGlobalHeld(by: pid))
            }
            return .atom("yes")
        case ("register_ext", 5)?:
            if case .tuple(let parts) = request, let named = parts[2].asPID {
                insert(
                    parts[1], named, method: parts[3], registeredBy: parts[4], isLate: !locks.isGlobalHeld(by: pid))
            }
            return .atom("yes")
        case ("unregister", 2)?:
            if case .tuple(let parts) = request { delete(parts[1]) }
            return .atom("ok")
        default: break
        }
        switch request.asAtom?.name {
        case "get_known"?: return knownList(for: 0)
        case "get_synced"?: return knownList(for: 0)
        case "get_protocol_version"?: return .integer(Self.version)
        case "get_names_ext"?: return names.externalList
        // `global` answers nothing, and its caller waits for ever.
        default: return .tuple(.atom("error"), .atom("undef"))
        }
    }

    mutating func informed(_ tag: String, _ parts: [Term]) {
        switch (tag, parts.count) {
        case ("init_connect_ack", 4):
            guard let node = parts[1].asAtom else { return }
            acknowledged(by: node, mine: parts[2], his: parts[3])
        case ("cancel_connect", 3):
            guard let node = parts[1].asAtom, let session = sessions[node], parts[2] == .integer(session.myTag)
            else { return }
            restart(with: node, tag: session.myTag)
        case ("lost_connection", 5):
            guard let reporter = parts[1].asAtom, let creation = parts[2].asInteger,
                let number = parts[3].asInteger, let node = parts[4].asAtom
            else { return }
            lossReported(by: reporter, creation: creation, number: number, of: node, message: .tuple(parts))
        case ("remove_connection", 2):
            if let node = parts[1].asAtom { removalAsked(by: node) }
        default: break
        }
    }

    // MARK: locks and names

    mutating func setLock(_ id: Term, for pid: PID) -> Bool {
        let monitor = nextReference()
        let (isSet, isNew) = locks.set(id, by: pid, monitor: monitor)
        if isNew, pid.node != own { emit(.monitor(pid, monitor)) }
        return isSet
    }

    mutating func deleteLock(_ id: Term, for pid: PID) {
        if let monitor = locks.delete(id, by: pid), pid.node != own { emit(.demonitor(pid, monitor)) }
    }

    /// A process of ours has no name, for it is none; nor has one before it then.
    /// - Parameter isLate: whoever registers it has lost the lock for that; it has no name then, nor has one before it.
    mutating func insert(
        _ name: Term, _ pid: PID, method: Term, registeredBy external: Term? = nil, isLate: Bool
    ) {
        guard pid.node != own, !isLate else { return delete(name) }
        let entry = GlobalNames.Entry(pid: pid, method: method, monitor: nextReference())
        let isWatched = connected.contains(pid.node)
        let (isKept, old) = names.insert(name, entry, registeredBy: external, isWatched: isWatched)
        if let old { emit(.demonitor(old.pid, old.monitor)) }
        guard isKept else { return }
        // A process that cannot be watched has no name: its node is looked for, as monitor/2 does.
        emit(isWatched ? .monitor(pid, entry.monitor) : .connect(pid.node))
    }

    mutating func delete(_ name: Term) {
        if let old = names.delete(name) { emit(.demonitor(old.pid, old.monitor)) }
    }

    /// Names that were learned of before their node had a link to us.
    mutating func watchNames(on node: Atom) {
        for entry in names.watch(node) { emit(.monitor(entry.pid, entry.monitor)) }
    }

    /// `do_ops`
    /// - Parameter lock: the id of the lock under which the partitions were joined.
    mutating func apply(_ operations: [Term], external: Term, lock: Term?) {
        let externals = (external.asList ?? []).compactMap { $0.asTuple(3) }
        let registrars = Dictionary(externals.map { (Term.tuple($0[0], $0[1]), $0[2]) }) { first, _ in first }
        let isLate = !locks.isGlobalHeld(as: lock ?? .atom("undefined"))
        for operation in operations {
            guard let (tag, parts) = operation.tagged, parts.count == 2 else { continue }
            switch tag {
            case "insert":
                guard let entry = parts[1].asTuple(3), let pid = entry[1].asPID else { continue }
                let node = registrars[.tuple(entry[0], entry[1])]
                insert(entry[0], pid, method: entry[2], registeredBy: node, isLate: isLate)
            case "delete": delete(parts[1])
            default: break
            }
        }
    }
}
