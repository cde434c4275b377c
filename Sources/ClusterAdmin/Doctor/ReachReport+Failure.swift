package import ErlangNode

extension ReachReport {
    /// Why the attempt failed, as far as the node that made it can see; nil when it did not.
    package var failure: NodeFailure? {
        guard state == .failed else { return nil }
        if let usesLongNames, usesLongNames != Self.isLong(target) {
            return failure(
                .nameType, .dns,
                "\(from) uses \(usesLongNames ? "long" : "short") names, and \(target) is none: the two kinds never connect"
            )
        }
        if let address, address.value == nil {
            return failure(
                .dns, .dns, "\(from) cannot resolve the host of \(target): \(address.error ?? "no address")")
        }
        if let error = port?.error { return unregistered(error) }
        if let tcp, let error = tcp.error { return unconnected(error) }
        return failure(
            .closed, .name,
            "\(from) finds \(target) at \(place), which takes its TCP connection, and then does not come up with it",
            remedy: "see both logs, and the handshake itself: erlclu-ctl trace dist -n \(from)",
            unless:
                "E-COOKIE, E-TLS-TO-TCP, E-TCP-TO-TLS, a certificate, an allow list: what two nodes say to each other "
                + "only a trace shows")
    }

    private var place: String {
        Endpoint(host: address?.value ?? "?", port: port?.value ?? 0).description
    }

    private func unregistered(_ error: String) -> NodeFailure {
        let host = address?.value ?? "its host"
        switch error {
        case "noport":
            return failure(.epmdNotRegistered, .epmd, "the epmd at \(host) does not know \(target), says \(from)")
        case "econnrefused", "closed":
            return failure(.epmdRefused, .epmd, "epmd is not running at \(host), says \(from): \(error)")
        default:
            return failure(.epmdTimeout, .epmd, "\(from) cannot reach the epmd at \(host) for \(target): \(error)")
        }
    }

    private func unconnected(_ error: String) -> NodeFailure {
        if error == "econnrefused" {
            return failure(
                .tcpRefused, .tcp, "nothing listens at \(place), where epmd says that \(target) does, says \(from)")
        }
        return failure(.tcpTimeout, .tcp, "\(from) cannot reach \(target) at \(place): \(error)")
    }

    private func failure(
        _ code: FailureCode, _ stage: NodeFailure.Stage, _ message: String, remedy: String? = nil,
        unless alternative: String? = nil
    ) -> NodeFailure {
        NodeFailure(
            code, stage: stage, node: target, message: message, remedy: remedy ?? code.page.remedy,
            certainty: alternative.map { .likely(alternative: $0) } ?? .certain)
    }

    private static func isLong(_ name: String) -> Bool {
        name.split(separator: "@").last?.contains { $0 == "." || $0 == ":" } ?? false
    }
}
