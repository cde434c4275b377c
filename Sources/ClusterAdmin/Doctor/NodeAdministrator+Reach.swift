package import ByteTransport
package import ErlangNode
import ErlangTerm

extension NodeAdministrator {
    /// Asks the node to connect to `targets`, all at once. Connections that are made stay.
    /// - Parameter dials: whether to connect where there is no connection, or only to tell of it.
    package func reach(_ targets: [String], dials: Bool, deadline: Instant?) throws(NodeFailure) -> [ReachReport] {
        var reports: [ReachReport] = []
        try run(.reach, bindings: Self.bindings(targets, dials: dials), until: deadline) { item in
            if let report = ReachReport(item) { reports.append(report) }
        }
        return reports
    }

    /// Asks each member to connect to every other one, through this node.
    /// - Parameters:
    ///   - onReport: is given each answer as it comes.
    ///   - onFailure: is told of members that cannot be asked.
    package func reachAmongMembers(
        _ targets: [String], dials: Bool, deadline: Instant?, onReport: @escaping (ReachReport) -> Void,
        onFailure: @escaping (_ node: String, NodeFailure) -> Void
    ) throws(NodeFailure) {
        var answered: Set<String> = []
        try runOnMembers(.reach, bindings: Self.bindings(targets, dials: dials), hidden: false, until: deadline) {
            event in
            switch event {
            case .members: break
            case .item(let node, let item):
                guard let report = ReachReport(item) else { return }
                answered.insert(node)
                onReport(report)
            case .ended(let node, let failure):
                if !answered.contains(node), targets.count > 1 { onFailure(node, failure) }
            }
        }
    }

    private static func bindings(_ targets: [String], dials: Bool) -> [ProgramBinding] {
        [
            ProgramBinding("Dials", .atom(dials ? "true" : "false")), ProgramBinding("Limit", .integer(3000)),
            ProgramBinding("Targets", .list(targets.map { .atom(Atom($0)) })),
        ]
    }
}
