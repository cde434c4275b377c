package import ByteTransport
package import Diagnosis
import ErlangNode
import ErlangTerm

/// Which of some nodes the node has heard of since it began: those that were connected to it, that have tried to be, or
/// that stand in its configuration. Their names are atoms there (`nodes(known)` forgets them after a minute); none is made.
package struct FamiliarNamesQuestion: NodeQuestion {
    /// Full names of nodes.
    package var names: [String]

    package init(_ names: [String]) { self.names = names }

    /// - Returns: those of the names.
    package func answer(of node: NodeAdministrator, until deadline: Instant?) async throws(NodeFailure) -> Set<String> {
        var known: [String]?
        let asked = ProgramBinding("Names", .list(names.map { .binary(Array($0.utf8)) }))
        try await node.run(.familiar, bindings: [asked], until: deadline) { item in
            known = item.elements(tagged: "familiar", 2)?[1]?.list?.compactMap(\.text) ?? known
        }
        guard let known else { throw node.unfinished() }
        // What was not asked for is no answer.
        return Set(names).intersection(known)
    }
}
