/// One end of a connection, as far as it is known.
package struct Party: Hashable, Sendable, CustomStringConvertible {
    /// The node's name, as it calls itself or is called by who dials it.
    package var name: String?
    /// IP address and port of its end of the TCP connection.
    package var address: Endpoint?

    package init(name: String? = nil, address: Endpoint? = nil) {
        self.name = name
        self.address = address
    }

    /// The name, else the address.
    package var description: String { name ?? address?.description ?? "an unknown address" }

    /// Whether nothing that is known of both tells them apart. An address without a port (0) fits every port.
    package func canBe(_ other: Party) -> Bool {
        if let name, let otherName = other.name, name != otherName { return false }
        guard let address, let otherAddress = other.address else { return true }
        return address.host == otherAddress.host
            && (address.port == otherAddress.port || address.port == 0 || otherAddress.port == 0)
    }

    /// What is known here, completed by what `other` knows.
    package func completed(by other: Party) -> Party {
        var address = self.address ?? other.address
        if let known = address, known.port == 0, let better = other.address, better.host == known.host {
            address = better
        }
        return Party(name: name ?? other.name, address: address)
    }
}
