/// A failed connection or request, with all that a person needs to mend it.
package struct NodeFailure: Error, Hashable, Sendable {
    /// How far the attempt came, in the order of a connection.
    package enum Stage: String, CaseIterable, Comparable, Sendable {
        case dns = "DNS"
        case epmd = "EPMD"
        case tcp = "TCP"
        /// Steps of the way over SSH (`SecureShellProgress.Step`), after TCP.
        case sshBanner = "SSH-BANNER"
        case sshKeyExchange = "SSH-KEX"
        case sshHostKey = "SSH-HOSTKEY"
        case sshAuthentication = "SSH-AUTH"
        case sshExec = "SSH-EXEC"
        case sshBridge = "SSH-BRIDGE"
        case tls = "TLS"
        case name = "NAME"
        case status = "STATUS"
        case challenge = "CHALLENGE"
        case reply = "REPLY"
        case ack = "ACK"
        case up = "UP"
        case tick = "TICK"
        case down = "DOWN"

        private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
        package static func < (left: Stage, right: Stage) -> Bool { left.order < right.order }
    }

    /// How sure we are of the code: a bare close has several causes.
    package enum Certainty: Hashable, Sendable {
        case certain
        case likely(alternative: Alternative)
    }

    package var code: FailureCode
    package var stage: Stage
    /// The node as the user named it.
    package var node: String
    /// One sentence with the facts, without a final period.
    package var message: String
    /// What to do about it.
    package var remedy: Remedy
    package var certainty: Certainty

    package init(
        _ code: FailureCode, stage: Stage, node: String, message: String, remedy: Remedy,
        certainty: Certainty = .certain
    ) {
        self.code = code
        self.stage = stage
        self.node = node
        self.message = message
        self.remedy = remedy
        self.certainty = certainty
    }
}
