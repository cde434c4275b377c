import ByteTransport
import Diagnosis
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
            epmdFiltered(at: epmd, SystemError.text(errno))
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
    /// - Parameter isConnected: whether it accepted the connection.
    func epmdSilent(at epmd: Endpoint, isConnected: Bool, after seconds: String) -> NodeFailure {
        guard isConnected else { return epmdFiltered(at: epmd, "no packet came back within \(seconds)") }
        return failure(
            .epmdTimeout, .epmd, "\(epmd) takes the connection, and says nothing within \(seconds)",
            remedy: "give the node's port with --address HOST:PORT, and see whether it is epmd that hangs there, or "
                + "another service; an epmd that is restarted has forgotten its nodes")
    }

    private func epmdFiltered(at epmd: Endpoint, _ detail: String) -> NodeFailure {
        failure(
            .epmdTimeout, .epmd, "epmd at \(epmd) cannot be reached (\(detail)): it is filtered, or its host is down",
            remedy: "open port \(epmd.port) to this machine, or give the node's port with --address HOST:PORT")
    }

    /// epmd's answer is not one of its protocol.
    func epmdMalformed(at epmd: Endpoint, _ detail: String) -> NodeFailure {
        failure(
            .protocolViolation, .epmd, "what answers at \(epmd) is not epmd: \(detail)",
            remedy: "check --epmd HOST:PORT and ERL_EPMD_PORT")
    }

    /// At most 20 names: what calls itself epmd may know a hundred thousand.
    private static func list(_ names: [String]) -> String {
        let shown = names.sorted().prefix(20).joined(separator: ", ")
        return names.count > 20 ? "\(shown) and \(names.count - 20) more" : shown
    }

    /// epmd answers and does not know the node.
    /// - Parameter known: the names that it knows, nil when it would not say.
    func notRegistered(alive: String, at epmd: Endpoint, known: [String]?) -> NodeFailure {
        let remedy =
            "see whether the node runs, and whether it registers at this epmd; a node without epmd needs "
            + "--address HOST:PORT"
        var message = "epmd at \(epmd) does not know \(alive)"
        if let known {
            message += known.isEmpty ? "; it knows no node at all" : "; it knows \(Self.list(known))"
            // To be typed, not to be pasted: the command may stop the node.
            if let near = NearMiss.of(alive, among: known) { message += " (did you mean \(near)?)" }
        }
        return failure(.epmdNotRegistered, .epmd, message, remedy: remedy)
    }

    private static let epmdRemedy =
        "see whether the node runs; for one that does, and without epmd, give its port with --address HOST:PORT"
}
