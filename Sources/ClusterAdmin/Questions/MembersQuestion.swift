package import ByteTransport
package import Diagnosis
import ErlangNode

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
        let survey = MemberSurvey(try await node.connected(), until: deadline)
        defer { survey.cancel() }
        try survey.begin()
        while !survey.isOver {
            onWaiting(survey.silent)
            func end() -> Instant? { [deadline, survey.patienceEnd].compactMap { $0 }.min() }
            let change = await survey.changes.next(until: end())
            if case .cancelled = change { throw node.givenUp(at: .up) }
            // What came meanwhile may have moved the end.
            if case .deadline = change, let end = end(), .now >= end { break }
        }
        if let loss = survey.loss { throw loss }
        if case .exited(let reason) = survey.firstEnd { throw node.ended(reason) }
        guard survey.hasBegun else { throw node.timedOut(at: .up) }
        survey.giveUpSilent()
        return survey.roster.members(now: Int(SystemTime.seconds))
    }
}
