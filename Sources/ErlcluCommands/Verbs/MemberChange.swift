import ClusterAdmin
import Presentation

/// What became of a member since it was last looked at.
struct MemberChange: Equatable {
    enum What: Hashable {
        /// It was there when the watch began.
        case found
        case joined
        case left
        /// Keys of columns.
        case changed([String])
    }

    var member: Member
    var what: What
    /// Others that the very same happened to; the member stands for all of them.
    var others: [String] = []

    /// For scripts: what happened, or which members of the document are new.
    var keys: [String] {
        switch what {
        case .found: []
        case .joined: ["joined"]
        case .left: ["left"]
        case .changed(let keys): keys
        }
    }

    /// For people. With another state the rest changes as well.
    var words: String {
        guard case .changed(let keys) = what else { return keys.joined() }
        return keys.contains("state") ? "state" : keys.map { Self.short[$0] ?? $0 }.joined(separator: ", ")
    }

    private static let short = ["certificate_days": "cert", "transport": "via", "otp_release": "otp"]

    /// Changes all the time, and would be a line a second and node.
    private static let load: Set<String> = ["uptime_seconds", "processes", "run_queue", "memory_bytes"]
    /// Says why something else is as it is.
    private static let unmarked: Set<String> = ["node", "remark"]
    private static let lasting = Column<Member>.members.filter { !load.contains($0.key) }
    private static let marked = lasting.filter { !unmarked.contains($0.key) }

    /// Keys of what is not the same any more.
    static func keys(_ old: Member, _ new: Member) -> [String] {
        let keys = marked.filter { $0.cell(old) != $0.cell(new) }.map(\.key)
        // A hidden node is not expected to see whoever has joined.
        return new.kind == .hidden && old.links == new.links ? keys.filter { $0 != "links" } : keys
    }

    /// How much it matters; the least is told first.
    var rank: Int {
        switch what {
        case .left: 0
        case _ where member.state != .up: 1
        case .joined: 2
        case .changed(let keys) where keys.contains("state"): 3
        case .changed, .found: 4
        }
    }

    /// A member that joins or leaves is news; that all others have a link more or less, each, is one line.
    /// - Parameter changes: in the order in which they are told.
    static func folded(_ changes: [MemberChange]) -> [MemberChange] {
        var groups: [[String]: [Int]] = [:]
        for (index, change) in changes.enumerated() {
            guard case .changed(let keys) = change.what, Set(keys).isSubset(of: ["links", "certificate_days"]) else {
                continue
            }
            groups[keys + marked.filter { keys.contains($0.key) }.map { $0.cell(change.member).shown }, default: []]
                .append(index)
        }
        var folded = changes
        var gone: Set<Int> = []
        for group in groups.values where group.count > 1 {
            folded[group[0]].others = group.dropFirst().map { changes[$0].member.node }
            gone.formUnion(group.dropFirst())
        }
        return folded.indices.filter { !gone.contains($0) }.map { folded[$0] }
    }

    static var columns: [Column<MemberChange>] {
        lasting.map { column in
            let alignment: Column<MemberChange>.Alignment = column.alignment == .right ? .right : .left
            return Column<MemberChange>(column.key, column.heading, alignment, dropOrder: column.dropOrder) { change in
                change.others.isEmpty ? column.cell(change.member) : change.common(column)
            }
            .meaning { change in
                let role = column.role(change.member)
                guard change.others.isEmpty || change.keys.contains(column.key) else { return .plain }
                return role == .plain && change.keys.contains(column.key) ? .changed : role
            }
        }
    }

    /// What the member and the others have in common.
    private func common(_ column: Column<Member>) -> Cell {
        switch column.key {
        case "node": .text("\(others.count + 1) members")
        case "remark": .text(named)
        case let key where keys.contains(key): column.cell(member)
        default: .blank
        }
    }

    private var named: String {
        let names = [member.node] + others
        guard names.count > 4 else { return names.joined(separator: ", ") }
        return "\(names.prefix(3).joined(separator: ", ")) and \(names.count - 3) others"
    }
}
