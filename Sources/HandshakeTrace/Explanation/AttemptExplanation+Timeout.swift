import Diagnosis
import DistributionProtocol
import ErlangNode

/// Nothing came: what that means depends on what was due.
extension AttemptExplanation {
    func late(_ milliseconds: Int?, _ end: AttemptReasons.End) -> NodeFailure {
        let time = milliseconds.map { " within \($0) ms" } ?? " within the setup time (7 s, or net_setuptime)"
        switch (end.stage, end.side) {
        case (.dns, _):
            return failure(.dns, .dns, "\(initiator) got no answer from its name servers for \(acceptor)\(time)")
        case (.epmd, _):
            return failure(
                .epmdTimeout, .epmd, "epmd on the host of \(acceptor) did not answer \(initiator)\(time)",
                remedy: "see whether epmd hangs on that host, or a firewall drops packets for its port (4369, or "
                    + "ERL_EPMD_PORT)")
        case (.tcp, _):
            return failure(
                .tcpTimeout, .tcp,
                "\(initiator) got no answer from \(reasons.attempt.acceptor.address?.description ?? acceptor)\(time): "
                    + "packets are dropped, or the host is down",
                remedy: "check the firewall, the NetworkPolicy and that the address is right")
        default: break
        }
        if reasons.secureSides == [.initiator], reasons.plainSides == [.acceptor] {
            return silentBehindHello("", isSure: true)
        }
        switch (end.stage, end.side) {
        case (.status, _) where reasons.isHeldForAlive: return refusedBy(.alive, .status)
        case (.tls, nil) where reasons.isSecured:
            return failure(
                .setupTimeout, .name,
                "\(initiator) finished the TLS handshake with \(acceptor) and sent no name\(time)",
                remedy: "find out what connects from there: a health check or a scanner, or a node that hangs")
        case (.tls, nil) where reasons.secureSides.contains(.acceptor):
            return failure(
                .setupTimeout, .tls, "the TLS handshake of \(initiator) with \(acceptor) stalled: nothing came\(time)",
                remedy: "look at the CPU share of both nodes, and for lost packets between them")
        case (.tls, .initiator?), (.tls, nil):
            return silentBehindHello("did not answer the TLS hello of \(initiator)\(time)", isSure: false)
        case (.tls, .acceptor?):
            return failure(
                .setupTimeout, .tls,
                "\(initiator) connected to \(acceptor) and did not finish the TLS handshake\(time)",
                remedy: "find out what connects from there: a health check or a scanner, or a node that hangs")
        case (.name, .acceptor?):
            return failure(
                .setupTimeout, .name, "\(initiator) connected to \(acceptor) and sent no name\(time)",
                remedy: "find out what connects from there: a health check or a scanner, or a node that hangs",
                unless: reasons.plainSides.contains(.acceptor)
                    ? "E-TLS-TO-TCP: it speaks TLS, and this node does not; or net_kernel of \(acceptor) was too busy to "
                        + "answer a name" : nil)
        default:
            let awaited = end.side.map { name($0.other) } ?? acceptor
            return failure(
                .setupTimeout, end.stage,
                "the handshake of \(initiator) with \(acceptor) stalled in \(end.stage.rawValue): \(awaited) said nothing"
                    + time,
                remedy: "look at that node's CPU share, and at the message queue of net_kernel there")
        }
    }

    /// A plain listener takes a ClientHello for the length of a long message, and waits for the rest.
    /// - Parameter isSure: it was seen from both ends that one side only speaks TLS.
    func silentBehindHello(_ what: String, isSure: Bool) -> NodeFailure {
        if isSure {
            return failure(
                .tlsToTCP, .tls, "\(initiator) speaks TLS to \(acceptor), which speaks plain distribution",
                remedy: "use the same on both: -proto_dist inet_tls with an optfile, or neither")
        }
        return failure(
            .tlsToTCP, .tls, "\(acceptor) \(what)",
            remedy: "if the acceptor speaks plain distribution, use the same on both; else look at its load",
            unless: "E-SETUP-TIMEOUT: the acceptor hangs, or is starved of CPU")
    }
}
