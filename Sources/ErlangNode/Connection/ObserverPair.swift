package import Diagnosis
package import DistributionProtocol

/// Passes what happens on to two observers of the same connection.
package final class ObserverPair: ConnectionObserver {
    private let first: any ConnectionObserver
    private let second: any ConnectionObserver

    package init(_ first: any ConnectionObserver, _ second: any ConnectionObserver) {
        self.first = first
        self.second = second
    }

    package func connecting(to endpoint: Endpoint, for purpose: ConnectionPurpose) {
        first.connecting(to: endpoint, for: purpose)
        second.connecting(to: endpoint, for: purpose)
    }

    package func resolved(_ host: String, to addresses: [String]) {
        first.resolved(host, to: addresses)
        second.resolved(host, to: addresses)
    }

    package func registered(_ alive: String, at port: UInt16) {
        first.registered(alive, at: port)
        second.registered(alive, at: port)
    }

    package func connected(to endpoint: Endpoint, address: String, from own: Endpoint?) {
        first.connected(to: endpoint, address: address, from: own)
        second.connected(to: endpoint, address: address, from: own)
    }

    package func secured() {
        first.secured()
        second.secured()
    }

    package func up() {
        first.up()
        second.up()
    }

    package func failing(_ facts: AttemptFacts) {
        first.failing(facts)
        second.failing(facts)
    }

    package func handshake(_ event: HandshakeEvent) {
        first.handshake(event)
        second.handshake(event)
    }
}
