package import Diagnosis
package import DistributionProtocol

/// Listens to a connection as it comes up: a tracer. Nothing here carries a cookie, a digest or a challenge.
package protocol ConnectionObserver: AnyObject {
    func connecting(to endpoint: Endpoint, for purpose: ConnectionPurpose)
    /// The host's name, where it is none of an address already, has these.
    func resolved(_ host: String, to addresses: [String])
    /// epmd knows the node, and the port that it listens on.
    func registered(_ alive: String, at port: UInt16)
    /// - Parameters:
    ///   - address: the one that answered, of those that the host's name stands for.
    ///   - own: this end of the connection, where it has an address.
    func connected(to endpoint: Endpoint, address: String, from own: Endpoint?)
    /// The TLS handshake is done, and the peer's certificate verified where that was asked for.
    func secured()
    func handshake(_ event: HandshakeEvent)
    /// The last message of the handshake has been judged, too: the node is connected.
    func up()
    /// What was seen of an attempt of which a failure is made. Where a probe follows, the facts come again with what it
    /// found: the last ones are those of the failure that is reported.
    func failing(_ facts: AttemptFacts)
}

extension ConnectionObserver {
    package func failing(_ facts: AttemptFacts) {}
}
