import Diagnosis
import ErlangNode
import ErlangTerm

/// What the program `feed` emits; see there. All of it comes from a peer: what has another shape is none.
enum FeedItem {
    /// The figures of a look at which nothing else was new.
    struct Vitals: Hashable {
        var uptimeSeconds: Int
        var processes: Int
        var runQueue: Int
        var memoryBytes: Int
    }

    case began(PID)
    case members([String])
    /// A look begins; the microseconds are what the relaying of the one before took.
    case look(relayed: Int)
    /// `snapshot` is the item of that program.
    case facts(node: String, took: Int, snapshot: TermView)
    case vitals(node: String, took: Int, Vitals)
    /// Its process ended; `isUnlinked`: with the link to it.
    case down(node: String, isUnlinked: Bool, NodeFailure)
    case alive
    /// Ended, because it heard nothing of us.
    case silence

    init?(_ item: TermView) {
        guard let parts = item.elements, let tag = parts[0]?.atom?.name else { return nil }
        switch (tag, parts.count) {
        case ("feed", 2):
            guard let pid = parts[1]?.pid else { return nil }
            self = .began(pid)
        case ("members", 2):
            guard let names = parts[1]?.list else { return nil }
            self = .members(names.prefix(FeedPicture.nodeLimit).compactMap { $0.atom?.name })
        case ("look", 3):
            guard let relayed = Self.count(parts[2]) else { return nil }
            self = .look(relayed: relayed)
        case ("member", 3):
            guard let node = parts[1]?.atom?.name, let inner = parts[2],
                let item = Self.answer(inner, of: node)
            else { return nil }
            self = item
        case ("member_down", 3):
            guard let node = parts[1]?.atom?.name, let reason = parts[2] else { return nil }
            self = .down(
                node: node, isUnlinked: reason.isAtom("noconnection"), MemberRelay.down(node, reason))
        case ("beat", 1): self = .alive
        case ("silence", 1): self = .silence
        default: return nil
        }
    }

    /// What `feed_member` emits.
    private static func answer(_ item: TermView, of node: String) -> FeedItem? {
        if let parts = item.elements(tagged: "facts", 3), let took = count(parts[1]), let snapshot = parts[2],
            snapshot.elements(tagged: "snapshot", 2)?[1]?.value(of: "connections")?.list != nil
        {
            return .facts(node: node, took: took, snapshot: snapshot)
        }
        guard let parts = item.elements(tagged: "vitals", 6), let took = count(parts[1]),
            let uptime = count(parts[2]), let processes = count(parts[3]), let queue = count(parts[4]),
            let memory = count(parts[5])
        else { return nil }
        return .vitals(
            node: node, took: took,
            Vitals(uptimeSeconds: uptime, processes: processes, runQueue: queue, memoryBytes: memory))
    }

    /// A count, a size in bytes, a time: none of them is near 2^53.
    private static func count(_ term: TermView?) -> Int? {
        term?.integer.flatMap { (0...1 << 53).contains($0) ? $0 : nil }
    }
}
