package import Diagnosis
import ErlangNode

/// One thing that `doctor` looks at beside the rungs: what may break a connection tomorrow, or one of other nodes.
package struct HealthCheck: Hashable, Sendable {
    package enum Topic: String, CaseIterable, Sendable {
        /// Whether the node takes part in it at all, as the node itself sees that.
        case distribution
        case certificate
        case certificateName = "certificate_name"
        case ownCertificate = "own_certificate"
        case trust
        case transport
        /// Whether the node that is dialled can be looked at.
        case acceptor
        case clock
        case cookie
        case release
        case flags
        case nameType = "name_type"
        case epmd
        /// Whether the node has come up as a whole.
        case applications
        case advisory
    }

    package var topic: Topic
    package var isWarning: Bool
    /// One sentence without a final period.
    package var facts: String
    /// What to do about a warning.
    package var remedy: Remedy?
    /// The failure that it may become, for `explain`.
    package var code: FailureCode?
    /// The published weakness that it is about, and where that is: all nodes of a release have it.
    package var weakness: String?
    /// Set where it keeps other nodes out now.
    package var obstacle: Obstacle?

    /// What keeps others from connecting to the node that was looked at.
    package struct Obstacle: Hashable, Sendable {
        /// A sentence that names the node, without a final period.
        package var message: String
        package var stage: NodeFailure.Stage
        package var certainty: NodeFailure.Certainty
    }

    package static func fine(_ topic: Topic, _ facts: String) -> HealthCheck {
        HealthCheck(topic: topic, isWarning: false, facts: facts)
    }

    package static func warning(
        _ topic: Topic, _ facts: String, remedy: Remedy, code: FailureCode? = nil
    ) -> HealthCheck {
        HealthCheck(topic: topic, isWarning: true, facts: facts, remedy: remedy, code: code)
    }

    /// The same warning, of what keeps other nodes out now.
    func keepingOut(
        at stage: NodeFailure.Stage, _ message: String, certainty: NodeFailure.Certainty = .certain
    ) -> HealthCheck {
        var check = self
        check.obstacle = Obstacle(message: message, stage: stage, certainty: certainty)
        return check
    }

    /// The failure that others get; nil where it keeps nobody out.
    /// - Parameter node: that they connect to.
    func failure(of node: String) -> NodeFailure? {
        guard let obstacle, let code else { return nil }
        return NodeFailure(
            code, stage: obstacle.stage, node: node, message: obstacle.message, remedy: remedy ?? "",
            certainty: obstacle.certainty)
    }
}
