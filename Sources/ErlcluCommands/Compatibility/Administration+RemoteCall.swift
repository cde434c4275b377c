import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import ErlangTerm

extension Administration {
    /// Applies a function as `rpc:call/4` does, on the node itself: a failure comes back as `{badrpc, Reason}`, in the
    /// very form that scripts know.
    func remoteCall(
        _ module: String, _ function: String, _ arguments: [Term], deadline: Instant?,
        onOutput: @escaping ([UInt8]) -> Void
    ) async throws(NodeFailure) -> EvaluationOutcome {
        let arguments: [Term] = [
            .atom(Atom(node)), .atom(CallSyntax.atom(module)), .atom(CallSyntax.atom(function)), .list(arguments),
        ]
        return try await ask(CallQuestion("rpc", "call", arguments, onOutput: onOutput), until: deadline)
    }
}
