import ErlangTerm

/// The group leaders of one connection: identifiers of ours that processes of the node know.
struct LeaderTable {
    private struct Entry {
        var receive: (LeaderEvent) -> Void
        var linked: Set<PID> = []
    }

    private var entries: [PID: Entry] = [:]
    /// 1 is the connection's own process.
    private var nextID: UInt32 = 2

    mutating func add(_ own: PID, _ receive: @escaping (LeaderEvent) -> Void) -> PID {
        var pid = own
        pid.id = nextID
        nextID += 1
        entries[pid] = Entry(receive: receive)
        return pid
    }

    /// - Returns: what was linked to it; nil for an unknown one.
    mutating func remove(_ leader: PID) -> Set<PID>? { entries.removeValue(forKey: leader)?.linked }

    mutating func removeAll() { entries = [:] }

    func contains(_ pid: PID) -> Bool { entries[pid] != nil }

    mutating func link(_ leader: PID, _ process: PID) { entries[leader]?.linked.insert(process) }

    /// - Returns: whether the message was for one of them.
    func deliver(_ message: TermView, to leader: PID) -> Bool {
        guard let entry = entries[leader] else { return false }
        entry.receive(.message(message))
        return true
    }

    /// - Returns: whether the process was linked to one of them.
    mutating func exited(_ process: PID, to leader: PID, reason: TermView) -> Bool {
        guard entries[leader]?.linked.remove(process) != nil, let entry = entries[leader] else { return false }
        entry.receive(.exited(process, reason: reason))
        return true
    }
}
