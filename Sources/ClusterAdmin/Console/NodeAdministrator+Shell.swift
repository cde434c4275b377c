package import ByteTransport
package import ErlangNode
import ErlangTerm

extension NodeAdministrator {
    /// Opens the node's shell.
    /// - Parameters:
    ///   - language: nil takes IEx where the node runs it, and Erlang's shell elsewhere.
    ///   - onEvent: called while the loop runs.
    package func openShell(
        _ language: EvaluationRequest.Language?, deadline: Instant?, onEvent: @escaping (NodeShell.Event) -> Void
    ) throws(NodeFailure) -> NodeShell {
        guard let session = try connected() as? any LeadingSession else {
            throw NodeFailure(
                .rpc, stage: .up, node: node, message: "the way to \(node) carries no shell",
                remedy: "use distribution, over TLS or TCP")
        }
        var spoken = language
        if spoken == nil {
            let outcome = try call("erlang", "whereis", [.atom("Elixir.IEx.Supervisor")], until: deadline)
            if case .returned(let value) = outcome, value.pid != nil { spoken = .elixir }
        }
        let shell = NodeShell(node: node, language: spoken ?? .erlang, session: session)
        shell.onEvent = { [weak self] event in
            // The next shell gets a connection of its own.
            if case .lost = event { self?.close() }
            onEvent(event)
        }
        shell.start()
        return shell
    }
}
