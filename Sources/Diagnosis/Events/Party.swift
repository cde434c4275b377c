/// One end of a connection, as far as it is known.
package struct Party: Hashable, Sendable, CustomStringConvertible {
    /// The node's name, as it calls itself or is called by who dials it.
    package var name: String?
    /// IP address and port of its end of the TCP connection.
    package var address: Endpoint?
    /// What it has sent in place of a name, where it wants to be given one (a dynamic name, OTP 23 and later): what it
    /// takes for its host.
    package var host: String?

    package init(name: String? = nil, address: Endpoint? = nil, host: String? = nil) {
        self.name = name
        self.address = address
        self.host = host
    }

    /// The name, else where it is.
    package var description: String {
        name ?? host.map { "dynamic name at \(address?.host ?? $0)" } ?? address?.description ?? "an unknown address"
    }

    /// Where it is, if it has a dynamic name or wants one, as tools, shells and probes do: its address, or else its host as
    /// it says. Nil: it is a node with a name of its own, or nothing is known.
    package var placeOfDynamic: String? {
        if let host { return address?.host ?? host }
        guard let name, Self.isDynamicName(name) else { return nil }
        return address?.host ?? String(name.drop { $0 != "@" }.dropFirst())
    }

    package var isUnknown: Bool { name == nil && address == nil && host == nil }

    /// Whether a node of this name has had it from the node that it connected to (NAME_ME). Before the @ such a name has a
    /// random number of 64 bits in base 36 (net_kernel): 12 or 13 characters, of one in 5,000 at most 10, of one in 6
    /// million at most 8. People give short names themselves, but not with the host that ours have.
    package static func isDynamicName(_ name: String) -> Bool {
        guard let at = name.firstIndex(of: "@") else { return false }
        let alive = name[..<at]
        let shortest = name[at...] == "@erlclu" ? 9 : 11
        return (shortest...13).contains(alive.count)
            && alive.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber) }
    }

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
        return Party(name: name ?? other.name, address: address, host: host ?? other.host)
    }
}
