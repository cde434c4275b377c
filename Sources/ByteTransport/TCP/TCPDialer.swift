/// Makes TCP connections.
package struct TCPDialer {
    private let loop: EventLoop

    package init(loop: EventLoop) { self.loop = loop }

    /// Starts a connection to `host`, a name or a numeric address, and returns its stream at once. The receiver is
    /// called when it is open, or why not: `.unresolved` for the name, the first address's reason otherwise.
    ///
    /// Addresses are tried one after the other, IPv4 before IPv6. There is no deadline here: close the stream when
    /// it takes too long, which also gives up a look-up that hangs.
    package func dial(host: String, port: UInt16) -> TCPStream {
        let stream = TCPStream(loop: loop)
        let connector = TCPConnector(stream: stream, loop: loop)
        stream.start(connector)
        connector.start(host: host, port: port)
        return stream
    }

    /// The same for one known address.
    package func dial(_ address: SocketAddress) -> TCPStream {
        let stream = TCPStream(loop: loop)
        let connector = TCPConnector(stream: stream, loop: loop)
        stream.start(connector)
        connector.start([address])
        return stream
    }
}
