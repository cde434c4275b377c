/// A step of the handshake as an observer sees it: decoded, and without challenges, digests and cookies.
package struct HandshakeEvent: Hashable, Sendable {
    package enum Direction: String, Hashable, Sendable {
        case sent
        case received
    }

    package var direction: Direction
    package var message: HandshakeMessageKind
    package var status: HandshakeStatus?
    /// The name, flags, creation and version that the message carries, as far as it has these fields.
    package var name: String?
    package var flags: DistributionFlags?
    package var creation: UInt32?
    package var version: UInt16?

    init(_ direction: Direction, _ message: HandshakeMessage) {
        self.direction = direction
        self.message = message.kind
        switch message {
        case .name(let flags, let creation, let name), .challenge(let flags, _, let creation, let name):
            (self.flags, self.creation, self.name, self.version) = (flags, creation, name, 6)
        case .oldName(let version, let flags, let name), .oldChallenge(let version, let flags, _, let name):
            (self.flags, self.name, self.version) = (flags, name, version)
        case .status(let status):
            self.status = status
            if case .named(let name, let creation) = status { (self.name, self.creation) = (name, creation) }
        case .complement(let flagsHigh, let creation):
            self.flags = DistributionFlags(rawValue: UInt64(flagsHigh) << 32)
            self.creation = creation
        case .challengeReply, .challengeAck:
            break
        }
    }
}
