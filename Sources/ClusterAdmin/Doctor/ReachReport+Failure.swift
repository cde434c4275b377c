import ByteTransport
package import Diagnosis
import ErlangNode
import HandshakeTrace

extension ReachReport {
    /// Milliseconds that a question may take: `Limit` of the program.
    static let limit = 3000

    /// Why the two are not connected, as far as the first can see; nil when they are, and when nothing that it saw
    /// keeps them apart.
    package var failure: NodeFailure? {
        guard !isConnected else { return nil }
        if let (stage, reason) = obstacle, let failure = Self.failure(of: steps + [event(ended, stage, .ended(reason))])
        {
            return failure
        }
        guard state == .failed else { return nil }
        let place = Endpoint(host: address?.value ?? "?", port: port?.value ?? 0)
        return NodeFailure(
            .closed, stage: .name, node: target,
            message:
                "\(from) finds \(target) at \(place), which takes its TCP connection, and then does not come up "
                + "with it",
            remedy: "see both logs, and the handshake itself: \(.trace(node: from))",
            certainty: .likely(
                alternative: Alternative(
                    "E-COOKIE, E-TLS-TO-TCP, E-TCP-TO-TLS, a certificate, an allow list: what two nodes say to each "
                        + "other only a trace shows")))
    }

    /// What the first could not get past, as a trace would say it.
    private var obstacle: (stage: NodeFailure.Stage, reason: EndReason)? {
        if let usesLongNames, usesLongNames != Self.isLong(target) {
            return (.dns, .other(usesLongNames ? "not_shortnames" : "not_longnames"))
        }
        if let address, address.value == nil { return (.dns, .unresolved(address.error ?? "no address")) }
        switch port?.error {
        case nil: break
        case "noport"?: return (.epmd, .notRegistered)
        case "econnrefused"?, "closed"?: return (.epmd, .refused)
        case let error?: return (.epmd, Self.silence(error))
        }
        switch tcp?.error {
        case nil: return nil
        case "econnrefused"?: return (.tcp, .refused)
        case let error?: return (.tcp, Self.silence(error))
        }
    }

    private static func silence(_ error: String) -> EndReason {
        error == "timeout" ? .timeout(milliseconds: limit) : .unreachable(error)
    }

    private static func isLong(_ name: String) -> Bool {
        name.split(separator: "@").last?.contains { $0 == "." || $0 == ":" } ?? false
    }
}
