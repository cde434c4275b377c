/// Both ends of a TCP connection, in an order that does not depend on the direction.
package struct FlowKey: Hashable {
    package let lower: TCPEnd
    package let upper: TCPEnd

    package init(_ one: TCPEnd, _ other: TCPEnd) {
        (lower, upper) = one < other ? (one, other) : (other, one)
    }

    /// By hand, as there is one for each packet; the hash is seeded, so nobody can choose what collides.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(lower.address.low)
        hasher.combine(upper.address.low)
        if lower.address.high | upper.address.high != 0 {
            hasher.combine(lower.address.high)
            hasher.combine(upper.address.high)
        }
        hasher.combine(UInt32(lower.port) << 16 | UInt32(upper.port))
    }
}
