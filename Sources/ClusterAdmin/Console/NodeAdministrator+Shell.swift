package import ByteTransport
package import Diagnosis
import ErlangNode
import ErlangTerm

extension NodeAdministrator {
    /// Opens the node's shell.
    /// - Parameters:
    ///   - language: nil takes IEx on an Elixir node, and Erlang's shell elsewhere.
    ///   - deadline: for finding that out.
    ///   - onEvent: called while the loop runs.
    ///   - completion: called once, before the first event.
    package func openShell(
        _ language: EvaluationRequest.Language?, deadline: Instant?, onEvent: @escaping (NodeShell.Event) -> Void,
        completion: @escaping (Result<NodeShell, NodeFailure>) -> Void
    ) {
        withSession { [self] result in
            let session: any LeadingSession
            switch result {
            case .failed(let failure): return completion(.failure(failure))
            case .opened(let any as any LeadingSession): session = any
            case .opened:
                let failure = NodeFailure(
                    .rpc, stage: .up, node: node, message: "the way to \(node) carries no shell",
                    remedy: "use distribution, over TLS or TCP")
                return completion(.failure(failure))
            }
            findLanguage(language, session, deadline) { [self] found in
                switch found {
                case .failure(let failure): completion(.failure(failure))
                case .success(let spoken):
                    let shell = NodeShell(node: node, language: spoken, session: session)
                    shell.onEvent = { [weak self] event in
                        // The next shell gets a connection of its own.
                        if case .lost = event { self?.forget(session) }
                        onEvent(event)
                    }
                    completion(.success(shell))
                    shell.start()
                }
            }
        }
    }

    private func findLanguage(
        _ wanted: EvaluationRequest.Language?, _ session: any LeadingSession, _ deadline: Instant?,
        completion: @escaping (Result<EvaluationRequest.Language, NodeFailure>) -> Void
    ) {
        if let wanted { return completion(.success(wanted)) }
        var request: RequestID?
        let timer = deadline.map {
            loop.schedule(at: $0) { [self] in
                if let request { session.cancel(request) }
                completion(.failure(timedOut(at: .up)))
            }
        }
        func finish(_ result: Result<EvaluationRequest.Language, NodeFailure>) {
            timer?.cancel()
            completion(result)
        }
        request = session.call("application", "loaded_applications", []) { result in
            guard case .success(.returned(let value)) = result,
                value.list?.contains(where: { $0.elements(3)?[0]?.isAtom("elixir") == true }) == true
            else { return finish(result.map { _ in .erlang }) }
            // A release may have Elixir without its shell.
            request = session.call("code", "where_is_file", [.charlist("iex.app")]) { result in
                finish(
                    result.map {
                        if case .returned(let value) = $0, value.text != nil, value.atom == nil {
                            .elixir
                        } else {
                            .erlang
                        }
                    })
            }
        }
    }
}
