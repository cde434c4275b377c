package import ByteTransport
package import ClusterAdmin
package import Diagnosis
import ErlangNode
package import ErlangTerm
package import HandshakeTrace

/// What the verbs ask of a target. It names no transport, and one connection serves all requests of a command.
///
/// `deadline` is the moment at which the request gives up with `FailureCode.timeout`; nil waits for ever.
package protocol Administration: AnyObject {
    /// The node's full name, as it will be dialled: `name@host`.
    var node: String { get }

    /// Begins to connect, while the loop runs, for a request that comes later.
    func beginConnecting()
    /// Whether the node is connected, or `beginConnecting` has failed: a request has not to wait for that then.
    var hasEndedConnecting: Bool { get }
    /// Whether what came of `beginConnecting` tells little of the node as it is now.
    var isOutdated: Bool { get }
    /// Ends the connection, if there is one, or once it is there.
    func close()

    /// Connects, if need be, and makes one round trip.
    /// - Returns: how long the round trip took, without the connecting.
    func ping(deadline: Instant?) throws(NodeFailure) -> Duration

    /// Evaluates `request` on the node; `onOutput` is given what the evaluation writes, as it arrives.
    func evaluate(
        _ request: EvaluationRequest, deadline: Instant?, onOutput: @escaping ([UInt8]) -> Void
    ) throws(NodeFailure) -> EvaluationOutcome

    /// Evaluates `request` on every member at once, the node itself included. Each outcome is handed over when it is
    /// there.
    /// - Parameter onMembers: is given their names, before anything else.
    /// - Throws: when the members cannot be found out.
    func evaluateOnMembers(
        _ request: EvaluationRequest, deadline: Instant?, onMembers: @escaping ([String]) -> Void,
        onOutput: @escaping (_ node: String, [UInt8]) -> Void,
        onOutcome: @escaping (_ node: String, Result<EvaluationOutcome, NodeFailure>) -> Void
    ) throws(NodeFailure)

    /// Applies a function. What it writes to its group leader goes to `onOutput`.
    func call(
        _ module: Atom, _ function: Atom, _ arguments: [Term], deadline: Instant?,
        onOutput: @escaping ([UInt8]) -> Void
    ) throws(NodeFailure) -> EvaluationOutcome

    /// Every node that any member sees, and the node itself.
    func members(deadline: Instant?) throws(NodeFailure) -> [Member]

    /// What `doctor` looks at.
    func checkup(deadline: Instant?) throws(NodeFailure) -> (facts: NodeCheckup, timing: CheckupTiming)

    /// Asks the node how it comes to others.
    func reach(
        _ targets: [String], _ way: ReachWay, deadline: Instant?, onAttempt: @escaping (ReachReport) -> Void
    ) throws(NodeFailure) -> [ReachReport]

    /// Asks each member how it comes to the others.
    func reachAmongMembers(
        _ targets: [String], hung: Set<String>, _ way: ReachWay, deadline: Instant?,
        onReport: @escaping (ReachReport) -> Void,
        onFailure: @escaping (_ node: String, NodeFailure) -> Void
    ) throws(NodeFailure)

    /// What the node says of its own state.
    func status(deadline: Instant?) throws(NodeFailure) -> NodeStatus
    /// The same of every visible member at once, the node itself included. Each answer is handed over when it is there.
    /// - Throws: when the members cannot be found out.
    func statusOfMembers(
        deadline: Instant?, onMembers: @escaping ([String]) -> Void,
        onStatus: @escaping (_ node: String, Result<NodeStatus, NodeFailure>) -> Void
    ) throws(NodeFailure)
    /// The operating system's number of the node's process.
    func processID(deadline: Instant?) throws(NodeFailure) -> String
    /// Asks `init` for it.
    /// - Parameter waitsForEnd: return when the node has gone down, not when it has taken the request.
    func control(_ control: NodeControl, waitsForEnd: Bool, deadline: Instant?) throws(NodeFailure)

    /// Begins to trace the handshakes of the node, while the loop runs.
    func traceDistribution(
        _ request: TraceRequest, readCertificate: @escaping NodeTraceReader.CertificateReading,
        onEvent: @escaping (DistributionTrace.Event) -> Void
    ) -> DistributionTrace?

    /// The loop that serves this target: a console waits on it for its own descriptors too.
    var loop: EventLoop { get }
    /// Opens the node's shell, while the loop runs; nil for `language` takes what the node runs.
    /// - Parameter completion: called once, before the shell's first event.
    func openShell(
        _ language: EvaluationRequest.Language?, deadline: Instant?, onEvent: @escaping (NodeShell.Event) -> Void,
        completion: @escaping (Result<NodeShell, NodeFailure>) -> Void)
}
