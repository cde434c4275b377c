package import ByteTransport
package import Diagnosis
import ErlangNode
import ErlangTerm

/// The operating system's number of the node's process.
package struct ProcessIDQuestion: NodeQuestion {
    package init() {}

    package func answer(of node: NodeAdministrator, until deadline: Instant?) async throws(NodeFailure) -> String {
        guard let text = try await node.value(of: "os", "getpid", [], until: deadline).text else {
            throw node.unfinished()
        }
        return text
    }
}

/// Asks `init` to stop, restart or reboot the node.
package struct ControlQuestion: NodeQuestion {
    package var control: NodeControl
    /// Whether the answer is that the node has gone down, and not that it has taken the request.
    package var waitsForEnd: Bool

    package init(_ control: NodeControl, waitsForEnd: Bool) {
        self.control = control
        self.waitsForEnd = waitsForEnd
    }

    package func answer(of node: NodeAdministrator, until deadline: Instant?) async throws(NodeFailure) {
        let session = try await node.connected()
        let end = Promise<Result<Void, NodeFailure>>()
        let loss = session.observeLoss { _ in end.fulfil(.success(())) }
        let closing = node.onClose { end.fulfil(.failure($0)) }
        defer {
            loss.cancel()
            closing.cancel()
        }
        do {
            _ = try await node.value(of: "init", Atom(control.rawValue), [], until: deadline)
        } catch  where error.code == .closed {
            // Gone before it could answer: that is what was asked for.
            return
        }
        guard waitsForEnd else { return }
        switch await end.value(until: deadline) {
        case .value(let result): return try result.get()
        case .deadline: throw node.timedOut(at: .down)
        case .cancelled: throw node.givenUp(at: .down)
        }
    }
}

/// Has the node drop its link to another one. Either of them, and `global`, may make it anew.
package struct DisconnectQuestion: NodeQuestion {
    package var peer: String

    package init(from peer: String) { self.peer = peer }

    /// - Returns: whether there was a link.
    package func answer(of node: NodeAdministrator, until deadline: Instant?) async throws(NodeFailure) -> Bool {
        try await node.value(of: "erlang", "disconnect_node", [.atom(Atom(peer))], until: deadline).isAtom("true")
    }
}
