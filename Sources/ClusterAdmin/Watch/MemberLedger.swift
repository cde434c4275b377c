/// Knows the members as they were when they were last looked at.
package struct MemberLedger {
    private var known: [String: Member] = [:]
    private var hasLooked = false
    /// Those that were listed since a node was asked anew. What such a node does not list may be up all the same: after a
    /// restart it has lost all of its links, and learns of the others one by one.
    private var listed: Set<String> = []

    package init() {}

    /// What comes next is the answer of a node that was asked anew.
    /// - Parameter missed: the one that was asked before, where it is another: one that is not listed now is gone.
    package mutating func beginAnew(missed: String? = nil) { listed = Set([missed].compactMap { $0 }) }

    /// - Returns: what is different from before, what matters most first.
    package mutating func take(_ members: [Member]) -> [MemberChange] {
        var changes: [MemberChange] = []
        for member in members {
            guard let old = known.updateValue(member, forKey: member.node) else {
                changes.append(MemberChange(member: member, what: hasLooked ? .joined : .found))
                continue
            }
            let aspects = MemberChange.aspects(old, member)
            if !aspects.isEmpty { changes.append(MemberChange(member: member, what: .changed(aspects))) }
        }
        let isFirst = !hasLooked
        hasLooked = true
        let present = Set(members.map(\.node))
        let entry = members.first(where: \.isEntry)?.node ?? "the node that is asked"
        for (node, old) in known where !present.contains(node) {
            if listed.contains(node) || old.state == .down {
                known[node] = nil
                guard old.state != .down else { continue }
                changes.append(MemberChange(member: Self.lost(old, .down, "gone"), what: .left))
            } else if old.state == .up || old.state == .pending,
                let change = miss(node, .unknown, "\(entry) does not know it")
            {
                changes.append(change)
            }
        }
        listed.formUnion(present)
        return changes.sorted {
            (isFirst ? 0 : $0.rank, $0.member.node) < (isFirst ? 0 : $1.rank, $1.member.node)
        }
    }

    /// Takes that a node that was there gives no answer any more.
    /// - Returns: nil where that is known, or the node is not.
    package mutating func miss(_ node: String, _ state: Member.State, _ reason: String) -> MemberChange? {
        guard let old = known[node], old.state != state else { return nil }
        let lost = Self.lost(old, state, reason)
        known[node] = lost
        return MemberChange(member: lost, what: .changed(MemberChange.aspects(old, lost)))
    }

    private static func lost(_ member: Member, _ state: Member.State, _ reason: String) -> Member {
        var lost = member
        (lost.state, lost.links, lost.linksExpected, lost.remark) = (state, nil, nil, reason)
        return lost
    }
}
