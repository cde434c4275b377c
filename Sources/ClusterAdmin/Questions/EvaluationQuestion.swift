package import ByteTransport
package import Diagnosis
import ErlangNode
package import ErlangTerm

/// One round trip: how long it took, without the connecting.
package struct PingQuestion: NodeQuestion {
    package init() {}

    package func answer(of node: NodeAdministrator, until deadline: Instant?) async throws(NodeFailure) -> Duration {
        _ = try await node.connected()
        let start = Instant.now
        _ = try await node.call("erlang", "node", [], until: deadline)
        return .nanoseconds(Instant.now.nanoseconds - start.nanoseconds)
    }
}

/// What an expression comes to on the node.
package struct EvaluationQuestion: NodeQuestion {
    package var request: EvaluationRequest
    /// Given what the evaluation writes, as it arrives.
    package var onOutput: ([UInt8]) -> Void

    package init(_ request: EvaluationRequest, onOutput: @escaping ([UInt8]) -> Void) {
        self.request = request
        self.onOutput = onOutput
    }

    package func answer(
        of node: NodeAdministrator, until deadline: Instant?
    ) async throws(NodeFailure) -> EvaluationOutcome {
        try await node.evaluate(bindings: request.bindings, until: deadline, onOutput: onOutput)
    }
}

/// What an expression comes to on every visible member at once, the node itself included. Each outcome is handed over
/// when it is there; the question fails when the members cannot be found out.
package struct MemberEvaluationQuestion: NodeQuestion {
    package var request: EvaluationRequest
    /// Given the members' names, before anything else.
    package var onMembers: ([String]) -> Void
    package var onOutput: (_ node: String, [UInt8]) -> Void
    package var onOutcome: (_ node: String, Result<EvaluationOutcome, NodeFailure>) -> Void

    package init(
        _ request: EvaluationRequest, onMembers: @escaping ([String]) -> Void,
        onOutput: @escaping (_ node: String, [UInt8]) -> Void,
        onOutcome: @escaping (_ node: String, Result<EvaluationOutcome, NodeFailure>) -> Void
    ) {
        self.request = request
        self.onMembers = onMembers
        self.onOutput = onOutput
        self.onOutcome = onOutcome
    }

    package func answer(of node: NodeAdministrator, until deadline: Instant?) async throws(NodeFailure) {
        var readers: [String: EvaluationReader] = [:]
        try await node.runOnMembers(.eval, bindings: request.bindings, hidden: false, until: deadline) { event in
            switch event {
            case .members(let names):
                onMembers(names)
                for name in names { readers[name] = EvaluationReader { onOutput(name, $0) } }
            case .item(let name, let item): readers[name]?.take(item)
            case .ended(let name, let failure):
                guard let reader = readers.removeValue(forKey: name) else { return }
                onOutcome(name, reader.outcome.map { .success($0) } ?? .failure(failure))
            }
        }
    }
}

/// What a function gives.
package struct CallQuestion: NodeQuestion {
    package var module: Atom
    package var function: Atom
    package var arguments: [Term]
    /// Given what the function writes to its group leader, as it arrives.
    package var onOutput: ([UInt8]) -> Void

    package init(
        _ module: Atom, _ function: Atom, _ arguments: [Term], onOutput: @escaping ([UInt8]) -> Void = { _ in }
    ) {
        self.module = module
        self.function = function
        self.arguments = arguments
        self.onOutput = onOutput
    }

    package func answer(
        of node: NodeAdministrator, until deadline: Instant?
    ) async throws(NodeFailure) -> EvaluationOutcome {
        do throws(NodeFailure) {
            return try await node.evaluate(
                bindings: [
                    ProgramBinding("Interpret", .atom("apply")),
                    ProgramBinding("Src", .tuple([.atom(module), .atom(function), .list(arguments)])),
                    ProgramBinding("Width", .integer(80)),
                ], until: deadline, onOutput: onOutput)
        } catch  where error.code == .noEvaluation {
            // Nothing was run. An erlclud has functions, and no program that could report more than their value.
            switch try await node.call(module, function, arguments, until: deadline) {
            case .returned(let value): return .value(value)
            case .raised(let kind, let reason, _):
                return .exception(text: "** exception \(kind.name): \(TermPrinter.excerpt(reason))")
            }
        }
    }
}

extension NodeAdministrator {
    fileprivate func evaluate(
        bindings: [ProgramBinding], until deadline: Instant?, onOutput: @escaping ([UInt8]) -> Void
    ) async throws(NodeFailure) -> EvaluationOutcome {
        var reader = EvaluationReader(onOutput: onOutput)
        do throws(NodeFailure) {
            try await run(.eval, bindings: bindings, until: deadline) { reader.take($0) }
        } catch {
            // The value is the last thing that the program has to say. What it has begun, as init:stop(), may end the way
            // that it came on before the program has ended.
            guard error.code == .closed, let outcome = reader.outcome else { throw error }
            return outcome
        }
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
    fileprivate var bindings: [ProgramBinding] {
        [
            ProgramBinding("Interpret", .atom(language == .erlang ? "erlang" : "elixir")),
            ProgramBinding("Src", .binary(Array(source.utf8))),
            ProgramBinding("Width", .integer(width)),
        ]
    }
}
