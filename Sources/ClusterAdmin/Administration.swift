package import ByteTransport
package import Diagnosis
import ErlangNode
package import ErlangTerm
package import HandshakeTrace

/// What is asked of a node. It names no transport, and one connection serves all requests.
///
/// `deadline` is the moment at which the request gives up with `FailureCode.timeout`; nil waits for ever. Where the task
/// is cancelled it gives up at once. What it runs on the node is killed then.
@LoopActor
package protocol Administration: AnyObject, Sendable {
    /// The node's full name, as it will be dialled: `name@host`.
    var node: String { get }

    /// Connects, if need be.
    func connect() async throws(NodeFailure)
    /// Ends the connection, if there is one, or once it is there.
    func close()

    /// Connects, if need be, and makes one round trip.
    /// - Returns: how long the round trip took, without the connecting.
    func ping(deadline: Instant?) async throws(NodeFailure) -> Duration

    /// Evaluates `request` on the node; `onOutput` is given what the evaluation writes, as it arrives.
    func evaluate(
        _ request: EvaluationRequest, deadline: Instant?, onOutput: @escaping ([UInt8]) -> Void
    ) async throws(NodeFailure) -> EvaluationOutcome

    /// Evaluates `request` on every member at once, the node itself included. Each outcome is handed over when it is
    /// there.
    /// - Parameter onMembers: is given their names, before anything else.
    /// - Throws: when the members cannot be found out.
    func evaluateOnMembers(
        _ request: EvaluationRequest, deadline: Instant?, onMembers: @escaping ([String]) -> Void,
        onOutput: @escaping (_ node: String, [UInt8]) -> Void,
        onOutcome: @escaping (_ node: String, Result<EvaluationOutcome, NodeFailure>) -> Void
    ) async throws(NodeFailure)

    /// Applies a function. What it writes to its group leader goes to `onOutput`.
    func call(
        _ module: Atom, _ function: Atom, _ arguments: [Term], deadline: Instant?,
        onOutput: @escaping ([UInt8]) -> Void
    ) async throws(NodeFailure) -> EvaluationOutcome

    /// Every node that any member sees, and the node itself.
    /// - Parameter onWaiting: is given the members that have been asked and have not answered, whenever that changes.
    func members(deadline: Instant?, onWaiting: ([String]) -> Void) async throws(NodeFailure) -> [Member]

    /// What `doctor` looks at.
    func checkup(deadline: Instant?) async throws(NodeFailure) -> (facts: NodeCheckup, timing: CheckupTiming)

    /// Asks the node how it comes to others.
    func reach(
        _ targets: [String], _ way: ReachMethod, deadline: Instant?, onAttempt: @escaping (ReachReport) -> Void
    ) async throws(NodeFailure) -> [ReachReport]

    /// Asks each member how it comes to the others.
    func reachAmongMembers(
        _ targets: [String], hung: Set<String>, _ way: ReachMethod, deadline: Instant?,
        onReport: @escaping (ReachReport) -> Void,
        onFailure: @escaping (_ node: String, NodeFailure) -> Void
    ) async throws(NodeFailure)

    /// What the node says of its own state.
    func status(deadline: Instant?) async throws(NodeFailure) -> NodeStatus
    /// The same of every visible member at once, the node itself included. Each answer is handed over when it is there.
    /// - Throws: when the members cannot be found out.
    func statusOfMembers(
        deadline: Instant?, onMembers: @escaping ([String]) -> Void,
        onStatus: @escaping (_ node: String, Result<NodeStatus, NodeFailure>) -> Void
    ) async throws(NodeFailure)
    /// The operating system's number of the node's process.
    func processID(deadline: Instant?) async throws(NodeFailure) -> String
    /// Asks `init` for it.
    /// - Parameter waitsForEnd: return when the node has gone down, not when it has taken the request.
    func control(_ control: NodeControl, waitsForEnd: Bool, deadline: Instant?) async throws(NodeFailure)

    /// A trace of the handshakes of the node; its `run` begins it.
    func traceDistribution(
        _ request: TraceRequest, readCertificate: @escaping NodeTraceReader.CertificateReading,
        onEvent: @escaping (DistributionTrace.Event) -> Void
    ) -> any HandshakeTracing

    /// Makes the node's shell; its `start` begins it. nil for `language` takes what the node runs.
    /// - Parameter onEvent: called for what the shell does.
    func openShell(
        _ language: EvaluationRequest.Language?, deadline: Instant?, onEvent: @escaping (NodeShell.Event) -> Void
    ) async throws(NodeFailure) -> NodeShell
}

extension NodeAdministrator: Administration {
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

extension Administration {
    /// The same, where nobody looks at whom it waits for.
    package func members(deadline: Instant?) async throws(NodeFailure) -> [Member] {
        try await members(deadline: deadline, onWaiting: { _ in })
    }
}
