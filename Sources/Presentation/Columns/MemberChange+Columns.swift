package import ClusterAdmin

extension MemberChange {
    /// For scripts: what happened, or which members of the document are new.
    package var keys: [String] {
        switch what {
        case .found: []
        case .joined: ["joined"]
        case .left: ["left"]
        case .changed(let aspects): aspects.map(\.rawValue)
        }
    }

    /// Columns that `words` takes at most, so that what stands behind them does not move from line to line.
    package static let wordsWidth = "address, ...".count

    /// For people. With another state the rest changes as well. Where there is no room for all, dots stand for the rest.
    package var words: String {
        guard case .changed(let aspects) = what else { return keys.joined() }
        if aspects.contains(.state) { return "state" }
        var words = aspects.map(\.word)
        let all = words.joined(separator: ", ")
        guard all.count > Self.wordsWidth else { return all }
        while words.count > 1, (words + ["..."]).joined(separator: ", ").count > Self.wordsWidth { words.removeLast() }
        return (words + ["..."]).joined(separator: ", ")
    }

    /// Changes all the time, and would be a line a second and node.
    private static let load: Set<String> = ["uptime_seconds", "processes", "run_queue", "memory_bytes"]
    private static let lasting = Column<Member>.members.filter { !load.contains($0.key) }

    /// The columns of a member that do not change all the time; what has changed is marked.
    package static var columns: [Column<MemberChange>] {
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

extension MemberChange.Aspect {
    /// For people, as in the heading of the column.
    fileprivate var word: String {
        switch self {
        case .certificateDays: "cert"
        case .transport: "via"
        case .otpRelease: "otp"
        case .entry, .state, .kind, .address, .links: rawValue
        }
    }
}
