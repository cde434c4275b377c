package import ByteTransport
package import Diagnosis
import ErlangNode
import ErlangTerm

/// How the node comes to others, all at once.
package struct ReachQuestion: NodeQuestion {
    package var targets: [String]
    package var way: ReachMethod
    /// Given how far the node knows the way when it begins to dial.
    package var onAttempt: (ReachReport) -> Void

    package init(_ targets: [String], _ way: ReachMethod, onAttempt: @escaping (ReachReport) -> Void = { _ in }) {
        self.targets = targets
        self.way = way
        self.onAttempt = onAttempt
    }

    package func answer(
        of node: NodeAdministrator, until deadline: Instant?
    ) async throws(NodeFailure) -> [ReachReport] {
        var reports: [ReachReport] = []
        try await node.run(.reach, bindings: way.bindings(targets), until: deadline) { item in
            guard let report = ReachReport(item) else { return }
            if report.state == .trying { onAttempt(report) } else { reports.append(report) }
        }
        return reports
    }
}

/// How each member comes to every other one, asked through the node.
package struct MeshReachQuestion: NodeQuestion {
    package var targets: [String]
    /// Those of them that are not asked: it would only take time.
    package var hung: Set<String>
    package var way: ReachMethod
    /// Given each answer as it comes.
    package var onReport: (ReachReport) -> Void
    /// Given the members that cannot be asked.
    package var onFailure: (_ node: String, NodeFailure) -> Void

    package init(
        _ targets: [String], hung: Set<String>, _ way: ReachMethod, onReport: @escaping (ReachReport) -> Void,
        onFailure: @escaping (_ node: String, NodeFailure) -> Void
    ) {
        self.targets = targets
        self.hung = hung
        self.way = way
        self.onReport = onReport
        self.onFailure = onFailure
    }

    package func answer(of node: NodeAdministrator, until deadline: Instant?) async throws(NodeFailure) {
        var answered: Set<String> = []
        // A hidden node sees others by hidden links only, and not all of those go to members of the mesh.
        let entry = try await node.connected().nodeName
        try await node.runOnMembers(
            .reach, bindings: way.bindings(targets),
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
}

extension ReachMethod {
    /// What the program `reach` starts with.
    fileprivate func bindings(_ targets: [String]) -> [ProgramBinding] {
        [
            ProgramBinding("Limit", .integer(ReachReport.limit)),
            ProgramBinding("Targets", .list(targets.map { .atom(Atom($0)) })),
            ProgramBinding("Way", .atom(Atom(rawValue))),
        ]
    }
}
