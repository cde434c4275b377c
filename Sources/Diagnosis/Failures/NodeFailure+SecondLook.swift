/// What a second, short connection makes of a failure that has several causes.
extension NodeFailure {
    /// A second attempt may distinguish this failure from its alternative.
    /// - Parameter hasStatus: whether the node had said its status, so that it did not merely close.
    package func deservesSecondAttempt(hasStatus: Bool) -> Bool {
        guard case .likely = certainty else { return false }
        return code == .cookie || code == .notAllowed && !hasStatus
    }

    /// The failure was seen again.
    /// - Parameters:
    ///   - milliseconds: from our answer to the node's close, the longer of both times.
    ///   - isAgreedOnCertificates: whether the close can be no verdict on our certificate.
    package func repeated(after milliseconds: Int, isAgreedOnCertificates: Bool) -> NodeFailure {
        var failure = self
        // A setup timer has 7 s by default, and nobody sets it below one.
        guard milliseconds < 1000, code == .cookie || isAgreedOnCertificates else { return failure }
        failure.message += "; so it did at a second attempt, within \(milliseconds + 1) ms"
        failure.certainty = .certain
        return failure
    }

    /// The node cannot even be reached any more.
    package func overtaken(by second: NodeFailure) -> NodeFailure {
        NodeFailure(
            .closed, stage: stage, node: node,
            message: "\(node) closed the connection in the middle of the handshake, and is gone now: \(second.message)",
            remedy: "it stopped or crashed just then: see its log and its crash dump",
            certainty: .likely(alternative: "\(code.rawValue): \(message)"))
    }

    /// A TLS hello was answered where we spoke plain distribution.
    package var answeredByTLS: NodeFailure {
        var failure = self
        failure.message += "; a TLS hello it answers"
        failure.certainty = .certain
        return failure
    }
}
