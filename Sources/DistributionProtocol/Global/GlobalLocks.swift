import ErlangTerm

/// The locks that this node holds for others (`global`'s table global_locks). A resource is locked by one requester at a
/// time, for as long as at least one process holds it.
struct GlobalLocks: Sendable {
    private struct Lock {
        var requester: Term
        var holders: [(pid: PID, monitor: Reference)]
    }

    /// So many resources are locked at a time; a further one is refused, as if somebody had it.
    static let limit = 100_000

    private var locks: [Term: Lock] = [:]

    /// Whether this is locked by anybody.
    func isSet(_ resource: Term) -> Bool { locks[resource] != nil }

    /// - Parameter id: `{ResourceId, LockRequesterId}`.
    func canSet(_ id: Term) -> Bool {
        guard let parts = id.asTuple(2) else { return false }
        guard let lock = locks[parts[0]] else { return locks.count < Self.limit }
        return lock.requester == parts[1]
    }

    /// - Parameter monitor: by which the holder is watched, where it is new.
    /// - Returns: whether it is set, and whether the holder is new.
    mutating func set(_ id: Term, by pid: PID, monitor: Reference) -> (isSet: Bool, isNew: Bool) {
        guard canSet(id), let parts = id.asTuple(2) else { return (false, false) }
        var lock = locks[parts[0]] ?? Lock(requester: parts[1], holders: [])
        guard !lock.holders.contains(where: { $0.pid == pid }) else { return (true, false) }
        lock.holders.append((pid, monitor))
        locks[parts[0]] = lock
        return (true, true)
    }

    /// - Returns: the monitor that is not needed any more.
    mutating func delete(_ id: Term, by pid: PID) -> Reference? {
        guard let parts = id.asTuple(2), locks[parts[0]]?.requester == parts[1] else { return nil }
        let monitor = locks[parts[0]]?.holders.first { $0.pid == pid }?.monitor
        remove(parts[0]) { $0.pid == pid }
        return monitor
    }

    /// The process with this monitor is gone.
    mutating func gone(_ monitor: Reference) {
        for (resource, lock) in locks where lock.holders.contains(where: { $0.monitor == monitor }) {
            remove(resource) { $0.monitor == monitor }
        }
    }

    /// The link to this node is over, and all its processes are gone for us.
    mutating func gone(_ node: Atom) {
        for (resource, lock) in locks where lock.holders.contains(where: { $0.pid.node == node }) {
            remove(resource) { $0.pid.node == node }
        }
    }

    private mutating func remove(_ resource: Term, _ isGone: ((pid: PID, monitor: Reference)) -> Bool) {
        locks[resource]?.holders.removeAll(where: isGone)
        if locks[resource]?.holders.isEmpty == true { locks[resource] = nil }
    }
}
