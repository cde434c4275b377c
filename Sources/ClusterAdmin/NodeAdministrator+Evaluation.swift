package import ByteTransport
package import Diagnosis
import ErlangNode
package import ErlangTerm

extension NodeAdministrator {
    /// Connects, if need be, and makes one round trip.
    /// - Returns: how long the round trip took, without the connecting.
    package func ping(deadline: Instant?) async throws(NodeFailure) -> Duration {
        _ = try await connected()
        let start = Instant.now
        _ = try await call("erlang", "node", [], until: deadline)
        return .nanoseconds(Instant.now.nanoseconds - start.nanoseconds)
    }

    /// Evaluates `request` on the node; `onOutput` is given what the evaluation writes, as it arrives.
    package func evaluate(
        _ request: EvaluationRequest, deadline: Instant?, onOutput: @escaping ([UInt8]) -> Void
    ) async throws(NodeFailure) -> EvaluationOutcome {
        try await evaluate(bindings: request.bindings, until: deadline, onOutput: onOutput)
    }

    /// Applies a function. What it writes to its group leader goes to `onOutput`.
    package func call(
        _ module: Atom, _ function: Atom, _ arguments: [Term], deadline: Instant?,
        onOutput: @escaping ([UInt8]) -> Void
    ) async throws(NodeFailure) -> EvaluationOutcome {
        try await evaluate(
            bindings: [
                ProgramBinding("Interpret", .atom("apply")),
                ProgramBinding("Src", .tuple([.atom(module), .atom(function), .list(arguments)])),
                ProgramBinding("Width", .integer(80)),
            ], until: deadline, onOutput: onOutput)
    }

    private func evaluate(
        bindings: [ProgramBinding], until deadline: Instant?, onOutput: @escaping ([UInt8]) -> Void
    ) async throws(NodeFailure) -> EvaluationOutcome {
        var reader = EvaluationReader(onOutput: onOutput)
        try await run(.eval, bindings: bindings, until: deadline) { reader.take($0) }
        guard let outcome = reader.outcome else { throw unfinished() }
        return outcome
    }

    /// A program ended in order and left out what it promises.
    func unfinished() -> NodeFailure {
        NodeFailure(
            .rpc, stage: .up, node: node, message: "\(node) is up, but gave no result",
            remedy: "the node is stopping, or something there killed our process; try again")
    }
}

extension EvaluationRequest {
    /// What the program `eval` starts with.
    var bindings: [ProgramBinding] {
        [
            ProgramBinding("Interpret", .atom(language == .erlang ? "erlang" : "elixir")),
            ProgramBinding("Src", .binary(Array(source.utf8))),
            ProgramBinding("Width", .integer(width)),
        ]
    }
}
