import ByteTransport
import Diagnosis

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
    /// The epmd that gave the port; nil when the port was given to us.
    var epmd: Endpoint?

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
            refused()
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

    private func refused() -> NodeFailure {
        if let epmd {
            return failure(
                .tcpRefused, .tcp, "nothing listens at \(endpoint), where epmd at \(epmd) says that \(node) does",
                remedy: "see whether the node runs: it ended just now, or listens on another interface "
                    + "(inet_dist_use_interface)")
        }
        return failure(
            .tcpRefused, .tcp, "nothing listens at \(endpoint), the address given for \(node)",
            remedy: "see whether the node runs, and whether the port-forward does; "
                + "`erlclu-ctl names \(Self.shellWord(endpoint.host))` lists the ports that epmd knows")
    }

    /// No name server answered.
    func resolutionTimeout(host: String, after seconds: String) -> NodeFailure {
        failure(
            .dns, .dns, "no name server says within \(seconds) what the address of \(host) is, for \(node)",
            remedy: "check the name servers (/etc/resolv.conf), or give the address with --address HOST:PORT")
    }

    /// The command's time was over before anybody can be said to have stalled.
    func untried(within time: String) -> NodeFailure {
        failure(
            .timeout, .dns, "\(time) are too short to reach \(node)", remedy: "give it more time with --timeout")
    }

    /// A word of a command line that may come from a peer, ready to be pasted into a shell.
    static func shellWord(_ word: String) -> String {
        let plain = word.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "@.:_-".unicodeScalars.contains(scalar))
        }
        return plain && !word.isEmpty
            ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// No answer to the connection request within the time.
    func connectTimeout(after seconds: String) -> NodeFailure {
        failure(
            .tcpTimeout, .tcp,
            "no answer from \(endpoint) for \(node) within \(seconds): packets are dropped, or its host is down",
            remedy: "check the firewall, the NetworkPolicy and that the address is right")
    }
}
