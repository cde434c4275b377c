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

    /// What a node's logger hands to the node of the group leader in charge (`logger:log_remote/4`):
    /// `{log, Level, Format, Args, Meta}` or `{log, Level, Message, Meta}`.
    func deliver(logged event: TermView) {
        guard let parts = event.elements.map(Array.init), parts.count == 4 || parts.count == 5, parts[0].isAtom("log"),
            let meta = parts.last, let leader = meta.value(of: "gl")?.pid
        else { return }
        entries[leader]?.receive(.logged(level: parts[1], message: Array(parts[2..<parts.count - 1]), meta: meta))
    }

    /// - Returns: whether the process was linked to one of them.
    mutating func exited(_ process: PID, to leader: PID, reason: TermView) -> Bool {
        // Writing to the dictionary makes its type, so it is left alone where nobody leads.
        guard !entries.isEmpty, entries[leader]?.linked.remove(process) != nil, let entry = entries[leader] else {
            return false
        }
        entry.receive(.exited(process, reason: reason))
        return true
    }
}
