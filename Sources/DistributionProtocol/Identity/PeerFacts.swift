/// What a finished or failed handshake says of the other node.
package struct PeerFacts: Hashable, Sendable {
    /// As it called itself.
    package var name: String
    package var flags: DistributionFlags
    /// Which incarnation of the name it is; 0 where the handshake did not say.
    package var creation: UInt32
    /// 6 for the `N` messages of OTP 23 and later, 5 for the older ones.
    package var version: UInt16

    package init(name: String, flags: DistributionFlags, creation: UInt32, version: UInt16) {
        self.name = name
        self.flags = flags
        self.creation = creation
        self.version = version
    }

    /// Whether the peer shows itself in `nodes()`.
    package var isPublished: Bool { flags.contains(.published) }
}
