package import DistributionProtocol

/// A message of the distribution handshake, without challenges and digests. Who sent it is said by the event.
package struct HandshakeDetail: Hashable, Sendable {
    package var message: HandshakeMessageKind
    package var status: HandshakeStatus?
    package var name: String?
    package var flags: DistributionFlags?
    package var creation: UInt32?
    package var version: UInt16?

    package init(
        _ message: HandshakeMessageKind, status: HandshakeStatus? = nil, name: String? = nil,
        flags: DistributionFlags? = nil, creation: UInt32? = nil, version: UInt16? = nil
    ) {
        self.message = message
        self.status = status
        self.name = name
        self.flags = flags
        self.creation = creation
        self.version = version
    }

    package init(_ event: HandshakeEvent) {
        self.init(
            event.message, status: event.status, name: event.name, flags: event.flags, creation: event.creation,
            version: event.version)
    }
}
