import ByteTransport
import ErlangTerm

extension AttemptExplainer {
    /// epmd could not be asked, or answered what it never does.
    func epmdFailed(_ failure: EPMDQuery.Failure, at epmd: Endpoint) -> NodeFailure {
        switch failure {
        case .connection(let closure): epmdUnconnected(closure, at: epmd)
        case .answer(let error): epmdMalformed(at: epmd, "\(error)")
        }
    }

    /// The connection to epmd failed.
    func epmdUnconnected(_ closure: StreamClosure, at epmd: Endpoint) -> NodeFailure {
        switch closure {
        case .unresolved(let reason):
            unresolved(host: reason.host, reason: reason.text)
        case .unreachable(let errno):
            epmdSilent(at: epmd, detail: SystemError.text(errno))
        case .system(let call, let errno):
            failure(
                .epmdRefused, .epmd, "epmd at \(epmd) cannot be asked: \(call): \(SystemError.text(errno))",
                remedy: Self.epmdRemedy)
        case .refused:
            failure(.epmdRefused, .epmd, "epmd is not running at \(epmd): connection refused", remedy: Self.epmdRemedy)
        case .endOfStream, .reset, .tls:
            failure(
                .epmdRefused, .epmd,
                "\(epmd) closed the connection without an answer: it is not epmd, or epmd refuses us",
                remedy: Self.epmdRemedy)
        }
    }

    /// epmd did not answer in time.
    func epmdSilent(at epmd: Endpoint, detail: String) -> NodeFailure {
        failure(
            .epmdTimeout, .epmd, "epmd at \(epmd) does not answer (\(detail)): it is filtered or hangs",
            remedy: "open port \(epmd.port) to this machine, or give the node's port with --address HOST:PORT")
    }

    /// epmd's answer is not one of its protocol.
    func epmdMalformed(at epmd: Endpoint, _ detail: String) -> NodeFailure {
        failure(
            .protocolViolation, .epmd, "what answers at \(epmd) is not epmd: \(detail)",
            remedy: "check --epmd HOST:PORT and ERL_EPMD_PORT")
    }

    /// epmd answers and does not know the node.
    /// - Parameter known: the names that it knows, nil when it would not say.
    func notRegistered(alive: String, at epmd: Endpoint, known: [String]?) -> NodeFailure {
        var message = "epmd at \(epmd) does not know \(alive)"
        if let known {
            message +=
                known.isEmpty ? "; it knows no node at all" : "; it knows \(known.sorted().joined(separator: ", "))"
            if let near = NearMiss.of(alive, among: known) { message += " (did you mean \(near)?)" }
        }
        return failure(
            .epmdNotRegistered, .epmd, message,
            remedy: "the node is down, has another name, or registers at another epmd; "
                + "a node without epmd needs --address HOST:PORT")
    }

    private static let epmdRemedy =
        "start the node or epmd; for a node that runs without epmd give its port with --address HOST:PORT"
}
