package import ByteTransport
package import Diagnosis
import ErlangNode
import ErlangTerm

/// The node's shell; `NodeShell.start` begins it. The deadline is for finding the language out.
package struct ShellQuestion: NodeQuestion {
    /// nil takes IEx on an Elixir node, and Erlang's shell elsewhere.
    package var language: EvaluationRequest.Language?
    /// Called for what the shell does.
    package var onEvent: (NodeShell.Event) -> Void

    package init(_ language: EvaluationRequest.Language?, onEvent: @escaping (NodeShell.Event) -> Void) {
        self.language = language
        self.onEvent = onEvent
    }

    package func answer(of node: NodeAdministrator, until deadline: Instant?) async throws(NodeFailure) -> NodeShell {
        let session = try await node.connected()
        let spoken: EvaluationRequest.Language
        if let language { spoken = language } else { spoken = try await Self.language(of: node, until: deadline) }
        let shell = NodeShell(node: node.node, language: spoken, session: session)
        shell.onEvent = onEvent
        shell.closing = node.onClose { [weak shell] in shell?.lose($0) }
        return shell
    }

    @LoopActor
    private static func language(
        of node: NodeAdministrator, until deadline: Instant?
    ) async throws(NodeFailure) -> EvaluationRequest.Language {
        let loaded = try await node.value(of: "application", "loaded_applications", [], until: deadline)
        guard
            loaded.list?.contains(where: { $0.elements(3)?[0]?.isAtom("elixir") == true }) == true
        else { return .erlang }
        // A release may have Elixir without its shell.
        let file = try await node.call("code", "where_is_file", [.charlist("iex.app")], until: deadline)
        if case .returned(let value) = file, value.text != nil, value.atom == nil { return .elixir }
        return .erlang
    }
}
