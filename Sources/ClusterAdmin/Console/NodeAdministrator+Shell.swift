package import ByteTransport
package import Diagnosis
import ErlangNode
import ErlangTerm

extension NodeAdministrator {
    /// Makes the node's shell; `NodeShell.start` begins it.
    /// - Parameters:
    ///   - language: nil takes IEx on an Elixir node, and Erlang's shell elsewhere.
    ///   - deadline: for finding that out.
    ///   - onEvent: called for what the shell does.
    package func openShell(
        _ language: EvaluationRequest.Language?, deadline: Instant?, onEvent: @escaping (NodeShell.Event) -> Void
    ) async throws(NodeFailure) -> NodeShell {
        guard let session = try await connected() as? any LeadingSession else {
            throw NodeFailure(
                .rpc, stage: .up, node: node, message: "the way to \(node) carries no shell",
                remedy: "use distribution, over TLS or TCP")
        }
        let spoken: EvaluationRequest.Language
        if let language { spoken = language } else { spoken = try await findLanguage(until: deadline) }
        let shell = NodeShell(node: node, language: spoken, session: session)
        shell.onEvent = { [weak self] event in
            // The next shell gets a connection of its own.
            if case .lost = event { self?.forget(session) }
            onEvent(event)
        }
        return shell
    }

    private func findLanguage(until deadline: Instant?) async throws(NodeFailure) -> EvaluationRequest.Language {
        guard case .returned(let loaded) = try await call("application", "loaded_applications", [], until: deadline),
            loaded.list?.contains(where: { $0.elements(3)?[0]?.isAtom("elixir") == true }) == true
        else { return .erlang }
        // A release may have Elixir without its shell.
        let file = try await call("code", "where_is_file", [.charlist("iex.app")], until: deadline)
        if case .returned(let value) = file, value.text != nil, value.atom == nil { return .elixir }
        return .erlang
    }
}
