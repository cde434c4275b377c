/// Makes TCP connections.
package struct TCPDialer: Dialer {
    package init() {}

    package var tunnel: String? { nil }

    /// Addresses are tried one after the other, IPv4 before IPv6. It fails with `.unresolved` for the name, with the
    /// first address's reason otherwise.
    package func dial(host: String, port: UInt16, on loop: EventLoop) -> TCPStream {
        let stream = TCPStream(loop: loop)
        let connector = TCPConnector(stream: stream, loop: loop)
        stream.start(connector)
        connector.start(host: host, port: port)
        return stream
    }

    /// The same for one known address.
    package func dial(_ address: SocketAddress, on loop: EventLoop) -> TCPStream {
        let stream = TCPStream(loop: loop)
        let connector = TCPConnector(stream: stream, loop: loop)
        stream.start(connector)
        connector.start([address])
        return stream
    }
}
