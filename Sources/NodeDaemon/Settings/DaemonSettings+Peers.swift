import DistributionProtocol
import ErlangNode
import HandshakeTrace

extension DaemonSettings {
    /// How a peer is dialled, for a link or by the canary.
    /// - Parameter recorder: of this handshake, where it is traced.
    func peer(_ name: NodeName, tracedBy recorder: NodeTraceRecorder?) -> PeerSettings {
        var peer = PeerSettings(
            name: name, portLookup: .epmd(host: nil, port: names.port),
            security: security?.dialing(name, tracedBy: recorder), cookie: cookie)
        peer.tickTime = tickTime
        peer.limits = .daemon
        return peer
    }
}
