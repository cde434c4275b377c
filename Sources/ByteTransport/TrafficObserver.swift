/// Sees what passes on the connections that are dialled on a loop: how the program records itself.
package protocol TrafficObserver: AnyObject {
    /// A TCP connection stands.
    /// - Returns: a number that stands for it from here on.
    func connected(from local: SocketAddress, to peer: SocketAddress) -> Int
    /// The kernel has taken bytes for the peer. They are valid during the call.
    func sent(_ bytes: UnsafeRawBufferPointer, on connection: Int)
    /// Comes before anybody acts on the bytes.
    func received(_ bytes: UnsafeRawBufferPointer, on connection: Int)
    /// A connection is over.
    /// - Parameter reason: nil when it was closed on this side.
    func ended(_ connection: Int, _ reason: StreamClosure?)
    /// A line of the NSS key log format, of a TLS connection over one of these. It comes while what was received is
    /// acted on, and before what it protects is sent.
    func secret(_ line: [UInt8])
}
