import ByteTransport
import Diagnosis
import ErlangTerm

/// What ends a connection that was up, or a request on it.
extension OwnAttempt {
    /// The connection ended while the node was up.
    func lost(_ closure: StreamClosure) -> NodeFailure {
        if case .tunnel = closure { return unconnected(closure, at: .down) }
        let what =
            switch closure {
            case .endOfStream: "\(node) closed the connection while it was in use"
            case .reset: "the connection to \(node) was reset while it was in use"
            case .unreachable(let errno): "\(node) cannot be reached any more: \(SystemError.text(errno))"
            case .system(let call, let errno): "the connection to \(node) broke in \(call): \(SystemError.text(errno))"
            case .refused, .unresolved, .tls, .tunnel, .secureShell, .jump: "the connection to \(node) broke"
            }
        return failure(
            .closed, .down, what,
            remedy: "see whether the node still runs, and its log: it stopped or restarted, or somebody disconnected us"
        )
    }

    func violation(_ stage: NodeFailure.Stage, _ detail: String) -> NodeFailure {
        NodeFailure(
            .protocolViolation, stage: stage, node: node,
            message: "\(node) at \(endpoint) breaks the distribution protocol: \(detail)",
            remedy: "check that a node listens there and nothing between changes the bytes")
    }

    private func failure(
        _ code: FailureCode, _ stage: NodeFailure.Stage, _ message: String, remedy: Remedy
    ) -> NodeFailure {
        NodeFailure(code, stage: stage, node: node, message: message, remedy: remedy)
    }

    /// A request came after `close`.
    var closedByUs: NodeFailure {
        failure(.closed, .down, "the connection to \(node) was closed by this side", remedy: "")
    }

    /// Nothing came from the peer for longer than net_ticktime.
    func silent(for seconds: Int) -> NodeFailure {
        failure(
            .tick, .tick, "no traffic from \(node) for \(seconds) s",
            remedy: "the network dropped, the node hangs, or its distribution buffer is full (busy port)")
    }

    /// The node did not spawn the process that we asked for.
    func spawnRefused(_ reason: String) -> NodeFailure {
        failure(
            .rpc, .up, "\(node) is up, but starts no process for us: \(reason)",
            remedy: "its process table may be full (system_limit); look at `erlang:system_info(process_count)` there")
    }

    /// A call ended in a way that no result of `erpc` has.
    func callFailed(_ reason: TermView) -> NodeFailure {
        failure(
            .rpc, .up, "\(node) is up, but its rpc service is not: \(TermPrinter.excerpt(reason))",
            remedy: "it is starting or stopping, or its kernel application is damaged; wait and try again")
    }

    /// An answer that is a term, and beyond what we take (`TermLimits`).
    func tooLarge(_ detail: String) -> NodeFailure {
        failure(
            .protocolViolation, .up, "a message of \(node) is larger or deeper than is taken here: \(detail)",
            remedy: "ask for less, or for its text: io_lib:format(\"~tp\", [Value])")
    }
}
