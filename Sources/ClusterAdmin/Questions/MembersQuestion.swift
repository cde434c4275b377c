package import ByteTransport
package import Diagnosis

/// Every node that any member sees, and the node itself, asked through this one connection: those that the node is
/// connected to in one request, and those that only others know through these.
///
/// A member that has not answered two seconds after the last answer is given up: the others are not kept waiting for it
/// until the deadline. Its `Member.silence` is a timeout then.
package struct MembersQuestion: NodeQuestion {
    /// Given the members that have been asked and have not answered, whenever that changes.
    package var onWaiting: ([String]) -> Void

    package init(onWaiting: @escaping ([String]) -> Void = { _ in }) { self.onWaiting = onWaiting }

    package func answer(of node: NodeAdministrator, until deadline: Instant?) async throws(NodeFailure) -> [Member] {
        try await MemberSurvey.roster(of: node, until: deadline, onWaiting: onWaiting)
            .members(now: Int(SystemTime.seconds))
    }
}
