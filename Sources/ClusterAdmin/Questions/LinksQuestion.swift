package import ByteTransport
package import Diagnosis
import ErlangNode
import ErlangTerm

/// What a node says of its links, or why it says nothing.
package struct NodeLinks: Hashable, Sendable {
    package var node: String
    package var links: [DistributionLink]
    package var failure: NodeFailure?

    package init(node: String, links: [DistributionLink], failure: NodeFailure? = nil) {
        self.node = node
        self.links = links
        self.failure = failure
    }
}

/// The links of the node, or of every member that any member sees, each as both of its ends see it.
package struct LinksQuestion: NodeQuestion {
    package var ofAllMembers: Bool
    /// Given the members that have been asked and have not answered, whenever that changes.
    package var onWaiting: ([String]) -> Void

    package init(ofAllMembers: Bool, onWaiting: @escaping ([String]) -> Void = { _ in }) {
        self.ofAllMembers = ofAllMembers
        self.onWaiting = onWaiting
    }

    /// - Returns: by name.
    package func answer(of node: NodeAdministrator, until deadline: Instant?) async throws(NodeFailure) -> [NodeLinks] {
        guard ofAllMembers else {
            let facts = try await node.snapshot(until: deadline)
            return [NodeLinks(node: node.node, links: DistributionLink.links(of: node.node, facts))]
        }
        return try await MemberSurvey.roster(of: node, until: deadline, onWaiting: onWaiting).nodeLinks
    }
}

extension NodeAdministrator {
    /// The node's own view of itself.
    func snapshot(certificates: Bool = false, until deadline: Instant?) async throws(NodeFailure) -> TermView {
        var facts: TermView?
        try await run(.snapshot, bindings: MemberSurvey.bindings(certificates: certificates), until: deadline) { item in
            facts = item.elements(tagged: "snapshot", 2)?[1] ?? facts
        }
        guard let facts else { throw unfinished() }
        return facts
    }
}

extension MemberRoster {
    var nodeLinks: [NodeLinks] {
        asked.map { name in
            guard let facts = snapshots[name] else { return NodeLinks(node: name, links: [], failure: failures[name]) }
            return NodeLinks(node: name, links: DistributionLink.links(of: name, facts))
        }
    }
}
