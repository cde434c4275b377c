package import ByteTransport
package import Diagnosis
import ErlangNode
import ErlangTerm

extension NodeAdministrator {
    /// Asks the node how it comes to `targets`, all at once.
    /// - Parameter onAttempt: is told how far the node knows the way when it begins to dial.
    package func reach(
        _ targets: [String], _ way: ReachMethod, deadline: Instant?, onAttempt: @escaping (ReachReport) -> Void
    ) async throws(NodeFailure) -> [ReachReport] {
        var reports: [ReachReport] = []
        try await run(.reach, bindings: Self.bindings(targets, way), until: deadline) { item in
            guard let report = ReachReport(item) else { return }
            if report.state == .trying { onAttempt(report) } else { reports.append(report) }
        }
        return reports
    }

    /// Asks each member how it comes to every other one, through this node.
    /// - Parameters:
    ///   - hung: those of them that are not asked: it would only take time.
    ///   - onReport: is given each answer as it comes.
    ///   - onFailure: is told of members that cannot be asked.
    package func reachAmongMembers(
        _ targets: [String], hung: Set<String>, _ way: ReachMethod, deadline: Instant?,
        onReport: @escaping (ReachReport) -> Void,
        onFailure: @escaping (_ node: String, NodeFailure) -> Void
    ) async throws(NodeFailure) {
        var answered: Set<String> = []
        // A hidden node sees others by hidden links only, and not all of those go to members of the mesh.
        let entry = try await connected().nodeName
        try await runOnMembers(
            .reach, bindings: Self.bindings(targets, way),
            nodes: targets.contains(entry) && hung.isEmpty ? nil : targets.filter { !hung.contains($0) },
            hidden: false, until: deadline
        ) { event in
            switch event {
            case .members: break
            case .item(let node, let item):
                guard let report = ReachReport(item), report.state != .trying else { return }
                answered.insert(node)
                onReport(report)
            case .ended(let node, let failure):
                if !answered.contains(node), targets.count > 1 { onFailure(node, failure) }
            }
        }
    }

    private static func bindings(_ targets: [String], _ way: ReachMethod) -> [ProgramBinding] {
        [
            ProgramBinding("Limit", .integer(ReachReport.limit)),
            ProgramBinding("Targets", .list(targets.map { .atom(Atom($0)) })),
            ProgramBinding("Way", .atom(Atom(way.rawValue))),
        ]
    }
}
