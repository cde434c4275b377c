import ByteTransport

/// Turns what a layer reports about one attempt into the code, the facts and the remedy that a person reads
/// (the table of `explain`). It holds what the sentences need to know of the target.
struct AttemptExplainer {
    /// The node as the user named it.
    let node: String
    let endpoint: Endpoint
    /// Seconds since 1970, to tell expired from not yet valid.
    let now: Int
    /// What we were told about the peer's transport.
    let isSecure: Bool

    init(node: String, endpoint: Endpoint, now: Int, isSecure: Bool) {
        self.node = node
        self.endpoint = endpoint
        self.now = now
        self.isSecure = isSecure
    }

    func failure(
        _ code: FailureCode, _ stage: NodeFailure.Stage, _ message: String, remedy: String,
        unless alternative: String? = nil
    ) -> NodeFailure {
        NodeFailure(
            code, stage: stage, node: node, message: message, remedy: remedy,
            certainty: alternative.map { .likely(alternative: $0) } ?? .certain)
    }

    /// The host part does not resolve.
    func unresolved(host: String, reason: String) -> NodeFailure {
        failure(
            .dns, .dns, "host \(host) of \(node) does not resolve: \(reason)",
            remedy: "check the name, or give the address with --address HOST:PORT; "
                + "a headless service publishes only pods that are ready")
    }

    /// The connection to the node's distribution port did not come up.
    func unconnected(_ closure: StreamClosure) -> NodeFailure {
        switch closure {
        case .unresolved(let reason):
            unresolved(host: reason.host, reason: reason.text)
        case .refused:
            failure(
                .tcpRefused, .tcp, "nothing listens at \(endpoint) for \(node)",
                remedy: "epmd's entry may be stale, or the port or the port-forward is another one; "
                    + "compare with `erlclu-ctl names`")
        case .unreachable(let errno):
            failure(
                .tcpTimeout, .tcp, "\(endpoint) cannot be reached for \(node): \(SystemError.text(errno))",
                remedy: "check routes, the firewall and the NetworkPolicy for this port")
        case .reset, .endOfStream:
            failure(
                .tcpRefused, .tcp, "\(endpoint) closed the connection as soon as it was made",
                remedy: "a proxy or port-forward without a node behind it does this; check what listens there")
        case .system(let call, let errno):
            failure(
                .tcpTimeout, .tcp, "connecting to \(endpoint) failed in \(call): \(SystemError.text(errno))",
                remedy: "check the address and the network")
        case .tls(let tls):
            explain(tls)
        }
    }

    /// No answer to the connection request within the time.
    func connectTimeout(after seconds: Int) -> NodeFailure {
        failure(
            .tcpTimeout, .tcp, "no answer from \(endpoint) for \(node) within \(seconds) s: packets are dropped",
            remedy: "check the firewall, the NetworkPolicy and that the address is right")
    }
}
