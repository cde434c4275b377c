/// Which nodes an acceptor lets in (`net_kernel:allow/1`, `dist_util:is_allowed/2`): `name@host`, `host`, or `name@`.
package struct AllowList: Hashable, Sendable {
    private let entries: [Entry]

    /// One of name and host may be nil: then it does not matter.
    private struct Entry: Hashable, Sendable {
        var alive: Substring?
        var host: Substring?

        /// nil for what is neither name nor host.
        init?(_ text: String) {
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            guard (1...2).contains(parts.count), let first = parts.first, !first.isEmpty else { return nil }
            if parts.count == 1 {
                (alive, host) = (nil, first)
            } else {
                (alive, host) = (first, parts[1].isEmpty ? nil : parts[1])
            }
        }
    }

    /// Entries that are neither a name nor a host match nothing.
    package init(_ entries: [String]) { self.entries = entries.compactMap(Entry.init) }

    /// - Parameter name: a node name, or the host alone for a node that asks for a dynamic name.
    package func permits(_ name: String) -> Bool {
        guard let node = Entry(name) else { return false }
        return entries.contains { entry in
            (entry.alive == nil || entry.alive == node.alive) && (entry.host == nil || entry.host == node.host)
        }
    }
}
