import ErlangTerm

/// The locks that this node holds for others (`global`'s table global_locks). A resource is locked by one requester at a
/// time, for as long as at least one process holds it.
struct GlobalLocks: Sendable {
    private struct Lock {
        var requester: Term
        var holders: [(pid: PID, monitor: Reference)]
        /// Of its id.
        var bytes: Int
    }

    /// So many resources are locked at a time; a further one is refused, as if somebody had it.
    static let limit = 100_000
    /// So many processes hold one lock; a further one is refused.
    static let holdersLimit = 1000
    /// So many bytes all locks take, as encoded; what would be beyond is refused.
    static let bytesLimit = 32 << 20
    /// What one holder is counted as.
    private static let bytesOfHolder = 64
    /// The lock under which names are registered and partitions joined.
    static let global = Term.atom("global")

    private var locks: [Term: Lock] = [:]
    private var resources: [Reference: Term] = [:]
    private var bytes = 0
    /// Whether the lock `global` was last given up by the death of its holder (`global_lock_down`).
    private var wasGlobalLost = false

    /// Whether this is locked by anybody.
    func isSet(_ resource: Term) -> Bool { locks[resource] != nil }

    /// - Parameter id: `{ResourceId, LockRequesterId}`.
    func canSet(_ id: Term) -> Bool {
        guard let parts = id.withSortedMaps.asTuple(2) else { return false }
        return canSet(parts[0], parts[1])
    }

    private func canSet(_ resource: Term, _ requester: Term) -> Bool {
        guard let lock = locks[resource] else { return locks.count < Self.limit }
        return lock.requester == requester
    }

    /// - Parameter monitor: by which the holder is watched, where it is new.
    /// - Returns: whether it is set, and whether the holder is new.
    mutating func set(_ id: Term, by pid: PID, monitor: Reference) -> (isSet: Bool, isNew: Bool) {
        guard let parts = id.withSortedMaps.asTuple(2), canSet(parts[0], parts[1]) else { return (false, false) }
        let (resource, old) = (parts[0], locks[parts[0]])
        if let old {
            guard !old.holders.contains(where: { $0.pid == pid }) else { return (true, false) }
            guard old.holders.count < Self.holdersLimit else { return (false, false) }
        }
        let more = old == nil ? id.encoded.count : 0
        guard bytes + more + Self.bytesOfHolder <= Self.bytesLimit else { return (false, false) }
        bytes += more + Self.bytesOfHolder
        locks[resource, default: Lock(requester: parts[1], holders: [], bytes: more)].holders.append((pid, monitor))
        resources[monitor] = resource
        return (true, true)
    }

    /// - Returns: the monitor that is not needed any more.
    mutating func delete(_ id: Term, by pid: PID) -> Reference? {
        guard let parts = id.withSortedMaps.asTuple(2), locks[parts[0]]?.requester == parts[1] else { return nil }
        let monitor = locks[parts[0]]?.holders.first { $0.pid == pid }?.monitor
        remove(parts[0], isLoss: false) { $0.pid == pid }
        return monitor
    }

    /// The process with this monitor is gone.
    mutating func gone(_ monitor: Reference) {
        guard let resource = resources[monitor] else { return }
        remove(resource, isLoss: true) { $0.monitor == monitor }
    }

    /// The link to this node is over, and all its processes are gone for us.
    mutating func gone(_ node: Atom) {
        for (resource, lock) in locks where lock.holders.contains(where: { $0.pid.node == node }) {
            remove(resource, isLoss: true) { $0.pid.node == node }
        }
    }

    /// Whether a process that registers a name still has the lock for it (`lock_still_set`). Where nobody has it, a message
    /// of a holder that has died came late.
    func isGlobalHeld(by pid: PID) -> Bool {
        guard let lock = locks[Self.global] else { return !wasGlobalLost }
        return lock.holders.contains { $0.pid == pid }
    }

    /// The same of a node that has joined others under the lock with this id.
    func isGlobalHeld(as id: Term) -> Bool {
        guard let lock = locks[Self.global] else { return !wasGlobalLost }
        return id.withSortedMaps == .tuple(Self.global, lock.requester)
    }

    private mutating func remove(
        _ resource: Term, isLoss: Bool, where isGone: ((pid: PID, monitor: Reference)) -> Bool
    ) {
        guard var lock = locks.removeValue(forKey: resource) else { return }
        for holder in lock.holders where isGone(holder) {
            resources[holder.monitor] = nil
            bytes -= Self.bytesOfHolder
        }
        lock.holders.removeAll(where: isGone)
        guard lock.holders.isEmpty else {
            locks[resource] = lock
            return
        }
        bytes -= lock.bytes
        if resource == Self.global { wasGlobalLost = isLoss }
    }
}
