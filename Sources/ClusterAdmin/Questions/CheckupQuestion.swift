package import ByteTransport
package import Diagnosis
import ErlangNode
import ErlangTerm

/// What `doctor` looks at.
package struct CheckupQuestion: NodeQuestion {
    package init() {}

    package func answer(
        of node: NodeAdministrator, until deadline: Instant?
    ) async throws(NodeFailure) -> (facts: NodeCheckup, timing: CheckupTiming) {
        _ = try await node.connected()
        let start = Instant.now
        let began = SystemTime.microseconds
        var facts: NodeCheckup?
        try await node.run(.checkup, bindings: [ProgramBinding("Limit", .integer(1000))], until: deadline) { item in
            facts = facts ?? NodeCheckup(item)
        }
        guard let facts else { throw node.unfinished() }
        let took = Int((Instant.now.nanoseconds - start.nanoseconds) / 1000)
        return (facts, CheckupTiming(asked: began, took: took))
    }
}

/// When a node was asked, by this side's clock, and how long its answer took; both in microseconds.
package struct CheckupTiming: Hashable, Sendable {
    package var asked: Int
    package var took: Int

    package init(asked: Int, took: Int) {
        self.asked = asked
        self.took = took
    }
}
