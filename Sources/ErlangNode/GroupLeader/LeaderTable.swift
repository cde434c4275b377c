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

    // What comes is handed over by the caller: a receiver may dismiss its leader, which changes this table.

    /// - Returns: who receives what is sent to `leader`; nil for an unknown one.
    func receiver(of leader: PID) -> ((LeaderEvent) -> Void)? { entries[leader]?.receive }

    /// What a node's logger hands to the node of the group leader in charge (`logger:log_remote/4`):
    /// `{log, Level, Format, Args, Meta}` or `{log, Level, Message, Meta}`.
    /// - Returns: the event, and who receives it.
    func loggedEvent(_ event: TermView) -> (receive: (LeaderEvent) -> Void, event: LeaderEvent)? {
        guard let parts = event.elements.map(Array.init), parts.count == 4 || parts.count == 5, parts[0].isAtom("log"),
            let meta = parts.last, let leader = meta.value(of: "gl")?.pid, let receive = receiver(of: leader)
        else { return nil }
        return (receive, .logged(level: parts[1], message: Array(parts[2..<parts.count - 1]), meta: meta))
    }

    /// - Returns: who receives it that a process has ended; nil where it was linked to none of them.
    mutating func unlink(_ process: PID, from leader: PID) -> ((LeaderEvent) -> Void)? {
        // Writing to the dictionary makes its type, so it is left alone where nobody leads.
        guard !entries.isEmpty, entries[leader]?.linked.remove(process) != nil, let entry = entries[leader] else {
            return nil
        }
        return entry.receive
    }
}
