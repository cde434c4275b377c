import ErlangTerm

extension AttemptExplainer {
    /// The connection ended while the node was up.
    func lost(_ detail: String) -> NodeFailure {
        failure(
            .closed, .down, "\(node) closed the connection (\(detail))",
            remedy: "the node stopped, or somebody disconnected us; see the node's log")
    }

    /// Nothing came from the peer for longer than net_ticktime.
    func silent(for seconds: Int) -> NodeFailure {
        failure(
            .tick, .tick, "no traffic from \(node) for \(seconds) s",
            remedy: "the network dropped, the node hangs, or its distribution buffer is full (busy port)")
    }

    /// The deadline of the whole command passed.
    func unanswered(after seconds: Double) -> NodeFailure {
        failure(
            .timeout, .up, "\(node) is up, but did not answer within \(seconds) s",
            remedy: "give it more time with --timeout, or find out what it is busy with")
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
}
