package import Diagnosis
import ErlangNode
import HandshakeTrace

extension ReachReport {
    /// Whether the node distributes over TLS.
    package var usesTLS: Bool { carrier.contains("tls") }

    /// What it comes to when the other speaks TLS and this node does not, or the other way round.
    package var carrierFailure: NodeFailure? {
        // The first bytes that one of them would see: a TLS handshake record, or an alert as the answer to a name.
        var end = event(ended, .name, .ended(.notDistribution(usesTLS ? [0x16] : [0x15, 3])))
        end.sender = usesTLS ? .initiator : .acceptor
        return Self.failure(of: steps + [end])
    }

    /// What keeps this node from the other, by what that one says of the way back: neither has to dial for it.
    /// - Returns: nil when the two agree, as far as is known.
    package func mismatch(with back: ReachReport) -> NodeFailure? {
        guard back.from == target else { return nil }
        if usesTLS != back.usesTLS, let failure = carrierFailure { return failure }
        guard let ours = cookieHash, let theirs = back.cookieHash, ours != theirs else { return nil }
        return NodeFailure(
            .cookie, stage: .ack, node: target,
            message: "\(from) has the cookie of hash \(ours) for \(target), which has that of \(theirs) for \(from)",
            remedy: "find out which of the two is wrong before either is changed: look for a trailing newline, and for "
                + "erlang:set_cookie/2")
    }
}
