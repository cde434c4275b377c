import ClusterAdmin
import Presentation

/// What is known of the cluster: the last list of members, and what became of them.
package struct ClusterPicture: Sendable {
    /// A line of the screen Events.
    struct Happening: Hashable, Sendable {
        /// Microseconds since the epoch.
        var time: Int
        var node: String
        var words: String
        var isTrouble: Bool
    }

    /// More than a person reads; the oldest are dropped.
    static let happeningsLimit = 1000

    private(set) var members: [Member] = []
    /// When they were seen, microseconds since the epoch; nil before the first list.
    private(set) var seen: Int?
    /// Oldest first.
    private(set) var happenings: [Happening] = []
    private var last: [String: Happening] = [:]

    mutating func take(_ members: [Member], at time: Int) {
        self.members = members
        seen = time
    }

    mutating func take(_ changes: [MemberChange], at time: Int) {
        for change in changes where change.what != .found {
            let happening = Happening(
                time: time, node: change.member.node, words: Self.words(change),
                isTrouble: change.member.state != .up || change.what == .left)
            last[happening.node] = happening
            add(happening)
        }
    }

    /// Something about the node that is asked itself.
    mutating func note(_ words: String, of node: String, at time: Int, isTrouble: Bool) {
        add(Happening(time: time, node: node, words: words, isTrouble: isTrouble))
    }

    func rows(at now: Int) -> [MemberRow] {
        members.map { member in
            MemberRow(member: member, last: last[member.node].map { ($0.words, $0.time) }, now: now)
        }
    }

    private mutating func add(_ happening: Happening) {
        happenings.append(happening)
        if happenings.count > Self.happeningsLimit { happenings.removeFirst(happenings.count - Self.happeningsLimit) }
    }

    /// What happened, in a word or two: the state that it is in now counts most.
    private static func words(_ change: MemberChange) -> String {
        switch change.what {
        case .found: "found"
        case .joined: "joined"
        case .left: "gone"
        case .changed(let aspects):
            aspects.contains(.state)
                ? change.member.state.rawValue
                : aspects.contains(.links) ? "links \(change.member.links ?? 0)" : change.words
        }
    }
}
