/// Addresses of the machine that captures, as far as its packets show them.
///
/// The loopback device carries what a machine says to itself: who is reached there is reached at its other addresses,
/// too. Packets that it merely passes on say nothing, so that only these are evidence: a loopback address; the address
/// that spoke with one; an address that spoke with itself, as no such packet comes from outside.
package struct OwnMachine {
    package static let limit = 256

    private var addresses: Set<IPAddress> = []

    package init() {}

    package func has(_ address: IPAddress) -> Bool { address.isLoopback || addresses.contains(address) }

    /// - Parameters: the two ends of a connection that was accepted: a packet alone may be forged, or go astray.
    /// - Returns: whether an address was learnt.
    package mutating func learn(from one: IPAddress, _ other: IPAddress) -> Bool {
        guard one == other || one.isLoopback || other.isLoopback, addresses.count < Self.limit else { return false }
        var isNew = false
        for address in [one, other] where !has(address) { isNew = addresses.insert(address).inserted || isNew }
        return isNew
    }
}
