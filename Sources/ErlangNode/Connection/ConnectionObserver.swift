package import DistributionProtocol

/// Listens to a connection as it comes up: a tracer. Nothing here carries a cookie, a digest or a challenge.
package protocol ConnectionObserver: AnyObject {
    func connecting(to endpoint: Endpoint, for purpose: ConnectionPurpose)
    func connected(to endpoint: Endpoint)
    func secured()
    func handshake(_ event: HandshakeEvent)
}

/// Why a TCP connection is made.
package enum ConnectionPurpose: Sendable {
    case epmd
    case distribution
}
