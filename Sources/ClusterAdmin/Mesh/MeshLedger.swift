/// What became of the mesh between two looks.
package struct MeshChange: Hashable, Sendable {
    package enum What: String, Sendable {
        /// The member was there when the watch began.
        case found
        case joined
        /// Nobody lists the member any more.
        case gone
        /// The member gives no answer.
        case silent
        case answers
        /// Of a link.
        case ok
        case asymmetric
        case missing
    }

    package var what: What
    /// The member, or the end of the link that `ClusterMesh.Link` has first.
    package var from: String
    package var to: String?

    package init(_ what: What, _ from: String, to: String? = nil) {
        self.what = what
        self.from = from
        self.to = to
    }
}

/// Knows the mesh as it was. What is wrong with a link is reported at the second look that sees it.
package struct MeshLedger {
    private struct Pair: Hashable {
        var from: String
        var to: String
    }

    package private(set) var mesh: ClusterMesh?
    /// Links that were reported as abnormal, by their ends in order.
    private var reported: [Pair: MeshChange] = [:]
    /// What the last two looks agreed on.
    private var components: [[String]] = []

    package init() {}

    /// - Returns: members first, then links.
    package mutating func take(_ members: [Member]) -> [MeshChange] {
        var now = ClusterMesh(members)
        let before = mesh
        if let before { now = now.confirmed(by: before) }
        mesh = now
        var changes = Self.changes(of: before, to: now)
        let present = Set(now.nodes)
        reported = reported.filter { present.contains($0.key.from) && present.contains($0.key.to) }
        var open: Set<Pair> = []
        for link in now.abnormal {
            let pair = Pair(from: min(link.from, link.to), to: max(link.from, link.to))
            open.insert(pair)
            guard link.isConfirmed else { continue }
            let change = MeshChange(link.state == .asymmetric ? .asymmetric : .missing, link.from, to: link.to)
            if reported.updateValue(change, forKey: pair) != change { changes.append(change) }
        }
        let silent = Set(now.silent.map(\.node))
        let mended = reported.keys.filter { !open.contains($0) && !silent.contains($0.from) && !silent.contains($0.to) }
        for pair in mended.sorted(by: { ($0.from, $0.to) < ($1.from, $1.to) }) {
            reported[pair] = nil
            changes.append(MeshChange(.ok, pair.from, to: pair.to))
        }
        return changes
    }

    private static func changes(of before: ClusterMesh?, to now: ClusterMesh) -> [MeshChange] {
        let known = Set(before?.nodes ?? [])
        let present = Set(now.nodes)
        let wasSilent = Set(before?.silent.map(\.node) ?? [])
        let silent = Set(now.silent.map(\.node))
        var changes = known.subtracting(present).sorted().map { MeshChange(.gone, $0) }
        changes += now.nodes.filter { !known.contains($0) }.map { MeshChange(before == nil ? .found : .joined, $0) }
        changes += silent.subtracting(wasSilent).sorted().map { MeshChange(.silent, $0) }
        changes += wasSilent.intersection(present).subtracting(silent).sorted().map { MeshChange(.answers, $0) }
        return changes
    }

    /// The components, where two looks agree on them and they are others than those that this returned last; the first
    /// time without a second look.
    package mutating func newComponents(_ members: [Member]) -> [ClusterMesh.Component]? {
        let before = mesh?.components.map(\.nodes)
        _ = take(members)
        guard let found = mesh?.components else { return nil }
        let groups = found.map(\.nodes)
        guard groups != components, before == nil || before == groups else { return nil }
        components = groups
        return found
    }
}
