import ByteTransport
import Diagnosis
import ErlangNode

/// Begins a feed of the members, which runs on the node until it is cancelled or the connection is closed.
struct FeedQuestion: NodeQuestion {
    /// Between two looks.
    var interval: Duration

    func answer(of node: NodeAdministrator, until deadline: Instant?) async throws(NodeFailure) -> MemberFeed {
        try MemberFeed(node, try await node.connected(), interval: interval)
    }
}
