package import PacketCapture

/// What was read, and what could not be.
package struct CaptureFigures: Hashable, Sendable {
    /// TLS connections to a port, of which nothing says that they are between nodes.
    package struct Unclaimed: Hashable, Sendable {
        package var connections = 0
        /// Those that ended before their TLS handshake did.
        package var failed = 0
        /// Those whose TLS handshake was not followed to its end, as it is longer than what is held back of one.
        package var tooLong = 0
    }

    package var packets = 0
    /// Packets that begin with a link layer that is not known here, and its number.
    package var unknownLinks = 0
    package var unknownLink: LinkType?
    package var connections = 0
    /// Connections that had to be forgotten for others.
    package var forgotten = 0
    /// Packets that were not kept for writing, because there were too many.
    package var unkept = 0
    /// By the acceptor's port.
    package var unclaimed: [UInt16: Unclaimed] = [:]
}
