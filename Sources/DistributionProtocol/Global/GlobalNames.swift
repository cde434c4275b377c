import ErlangTerm

/// The names that others have registered, and which are given back to whoever joins (`global`'s tables global_names and
/// global_names_ext).
struct GlobalNames: Sendable {
    struct Entry: Hashable, Sendable {
        var pid: PID
        /// The fun that settles a conflict; it is never called here.
        var method: Term
        /// By which the process is watched.
        var monitor: Reference
    }

    /// So many names are kept; a further one is not, and is missing here.
    static let limit = 100_000

    private(set) var entries: [Term: Entry] = [:]
    /// Names of processes on nodes that are no Erlang nodes: which node has registered them.
    private var external: [Term: (pid: PID, by: Term)] = [:]

    /// `[{Name, Pid, Method}]`
    var list: Term {
        .list(entries.map { .tuple($0.key, .pid($0.value.pid), $0.value.method) })
    }

    /// `[{Name, Pid, Node}]`
    var externalList: Term {
        .list(external.map { .tuple($0.key, .pid($0.value.pid), $0.value.by) })
    }

    /// - Returns: the entry that it takes the place of; itself where it is not kept.
    mutating func insert(_ name: Term, _ entry: Entry, registeredBy external: Term? = nil) -> Entry? {
        let old = entries[name]
        guard old != nil || entries.count < Self.limit else { return entry }
        entries[name] = entry
        self.external[name] = external.map { (entry.pid, $0) }
        return old
    }

    mutating func delete(_ name: Term) -> Entry? {
        external[name] = nil
        return entries.removeValue(forKey: name)
    }

    /// The process with this monitor is gone.
    mutating func gone(_ monitor: Reference) {
        for (name, entry) in entries where entry.monitor == monitor { _ = delete(name) }
    }

    mutating func gone(_ node: Atom) {
        for (name, entry) in entries where entry.pid.node == node || external[name]?.by == .atom(node) {
            _ = delete(name)
        }
    }
}
