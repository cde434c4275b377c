package import ByteTransport
package import Diagnosis
import ErlangNode
package import HandshakeTrace

/// A way to a node, by which it is asked. It names no transport, and one connection serves all requests.
///
/// What a node can be asked is not listed here: each question is a value of its own, in `Questions`.
@LoopActor
package protocol Administration: AnyObject, Sendable {
    /// The node's full name, as it will be dialled: `name@host`.
    var node: String { get }

    /// Why it is asked over SSH, where distribution was to be used and has not come up; nil: it is asked as it was to be.
    var detour: NodeFailure? { get }

    /// Connects, if need be.
    func connect() async throws(NodeFailure)
    /// Ends the connection, if there is one, or once it is there.
    func close()

    /// Connects, if need be, and asks.
    /// - Parameter deadline: the moment at which the question is given up with `FailureCode.timeout`; nil waits for ever.
    ///   Where the task is cancelled it is given up at once. What runs on the node for it is killed then.
    func ask<Question: NodeQuestion>(
        _ question: Question, until deadline: Instant?
    ) async throws(NodeFailure) -> Question.Answer

    /// A trace of the handshakes of the node; its `run` begins it.
    func traceDistribution(
        _ request: TraceRequest, readCertificate: @escaping NodeTraceReader.CertificateReading,
        onEvent: @escaping (DistributionTrace.Event) -> Void
    ) -> any HandshakeTracing
}

/// Something that a node can be asked, with all that its answer depends on, and callbacks for what comes before the
/// answer.
package protocol NodeQuestion<Answer> {
    associatedtype Answer

    /// Called by `Administration.ask`, by which everybody else asks.
    @LoopActor
    func answer(of node: NodeAdministrator, until deadline: Instant?) async throws(NodeFailure) -> Answer
}

extension NodeAdministrator: Administration {
    package func ask<Question: NodeQuestion>(
        _ question: Question, until deadline: Instant?
    ) async throws(NodeFailure) -> Question.Answer {
        try await question.answer(of: self, until: deadline)
    }

    package func traceDistribution(
        _ request: TraceRequest, readCertificate: @escaping NodeTraceReader.CertificateReading,
        onEvent: @escaping (DistributionTrace.Event) -> Void
    ) -> any HandshakeTracing {
        DistributionTrace(self, request, readCertificate: readCertificate, onEvent: onEvent)
    }
}

extension DistributionTrace: HandshakeTracing {}

/// A trace that runs until a limit, until it is asked to end, or until its task is cancelled.
@LoopActor
package protocol HandshakeTracing: AnyObject, Sendable {
    /// - Returns: why it ended by itself.
    func run() async throws(NodeFailure) -> DistributionTrace.End
    /// Has the node report what it has seen so far; `run` returns then.
    func askForEnd()
}
