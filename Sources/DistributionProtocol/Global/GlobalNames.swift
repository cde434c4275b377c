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
    /// So many bytes all names take, as encoded with their funs; what would be beyond is not kept.
    static let bytesLimit = 32 << 20

    /// By names whose maps are sorted.
    private(set) var entries: [Term: Entry] = [:]
    /// Names of processes on nodes that are no Erlang nodes: which node has registered them.
    private var external: [Term: (pid: PID, by: Term)] = [:]
    private var names: [Reference: Term] = [:]
    /// The entries that go with a node: that of the process, and the one that has registered it.
    private var monitors: [Atom: Set<Reference>] = [:]
    /// Those of nodes without a link.
    private var unwatched: [Atom: Set<Reference>] = [:]
    private var bytes = 0

    /// `[{Name, Pid, Method}]`
    var list: Term {
        .list(
            entries.sorted { Self.precedes($0.value.monitor, $1.value.monitor) }
                .map { .tuple($0.key, .pid($0.value.pid), $0.value.method) })
    }

    /// `[{Name, Pid, Node}]`
    var externalList: Term {
        let all = external.compactMap { name, external in entries[name].map { (name, external, $0.monitor) } }
        return .list(
            all.sorted { Self.precedes($0.2, $1.2) }.map { .tuple($0.0, .pid($0.1.pid), $0.1.by) })
    }

    subscript(name: Term) -> Entry? { entries[name.withSortedMaps] }

    /// - Parameter isWatched: whether the node of the process has a link.
    /// - Returns: whether it is kept, and the entry that is not there any more.
    mutating func insert(
        _ name: Term, _ entry: Entry, registeredBy by: Term? = nil, isWatched: Bool
    ) -> (isKept: Bool, old: Entry?) {
        let name = name.withSortedMaps
        let old = delete(name)
        let size = Self.size(name, entry, by)
        guard entries.count < Self.limit, bytes + size <= Self.bytesLimit else { return (false, old) }
        bytes += size
        entries[name] = entry
        external[name] = by.map { (entry.pid, $0) }
        names[entry.monitor] = name
        for node in Self.nodes(entry, by) { monitors[node, default: []].insert(entry.monitor) }
        if !isWatched { unwatched[entry.pid.node, default: []].insert(entry.monitor) }
        return (true, old)
    }

    mutating func delete(_ name: Term) -> Entry? {
        let name = name.withSortedMaps
        guard let entry = entries.removeValue(forKey: name) else { return nil }
        let by = external.removeValue(forKey: name)?.by
        bytes -= Self.size(name, entry, by)
        names[entry.monitor] = nil
        for node in Self.nodes(entry, by) { Self.remove(entry.monitor, of: node, from: &monitors) }
        Self.remove(entry.monitor, of: entry.pid.node, from: &unwatched)
        return entry
    }

    /// A node has a link from now on.
    /// - Returns: what is to be watched there.
    mutating func watch(_ node: Atom) -> [Entry] {
        (unwatched.removeValue(forKey: node) ?? []).sorted(by: Self.precedes)
            .compactMap { names[$0].flatMap { entries[$0] } }
    }

    /// The process with this monitor is gone.
    mutating func gone(_ monitor: Reference) {
        if let name = names[monitor] { _ = delete(name) }
    }

    mutating func gone(_ node: Atom) {
        for monitor in monitors[node] ?? [] { gone(monitor) }
    }

    /// In the order in which names came: references are counted (`GlobalServer.nextReference`).
    private static func precedes(_ left: Reference, _ right: Reference) -> Bool {
        left.words.reversed().lexicographicallyPrecedes(right.words.reversed())
    }

    private static func size(_ name: Term, _ entry: Entry, _ by: Term?) -> Int {
        Term.tuple(name, .pid(entry.pid), entry.method, by ?? .emptyList).encoded.count
    }

    private static func nodes(_ entry: Entry, _ by: Term?) -> Set<Atom> {
        guard let by = by?.asAtom else { return [entry.pid.node] }
        return [entry.pid.node, by]
    }

    private static func remove(_ monitor: Reference, of node: Atom, from all: inout [Atom: Set<Reference>]) {
        all[node]?.remove(monitor)
        if all[node]?.isEmpty == true { all[node] = nil }
    }
}
