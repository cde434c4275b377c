import ByteTransport
import Diagnosis

/// Carries connections to a node of a demo, so that they can be slowed down and cut.
final class DemoForwarder {
    /// Of 127.0.0.1.
    let port: UInt16
    private let listener: TCPListener
    private var connections: [ObjectIdentifier: ForwardedConnection] = [:]

    /// - Parameters:
    ///   - target: the port of 127.0.0.1 that connections go on to.
    ///   - delay: everything that is carried is so late, each way.
    init(to target: SocketAddress, delay: Duration, on loop: EventLoop) throws(StreamClosure) {
        guard let address = SocketAddress(numeric: "127.0.0.1", port: 0) else { throw .refused }
        var accept: ((TCPStream) -> Void)?
        listener = try TCPListener(address, on: loop) { accept?($0) }
        port = listener.address.port
        accept = { [weak self, unowned loop] near in
            let far = TCPDialer().dial(target, on: loop)
            let connection = ForwardedConnection(near, far, delay: delay, on: loop) { [weak self] in
                self?.connections[ObjectIdentifier($0)] = nil
            }
            self?.connections[ObjectIdentifier(connection)] = connection
        }
    }

    /// Ends all connections, and refuses new ones. Idempotent.
    func cut() {
        listener.close()
        for connection in connections.values { connection.close() }
        connections = [:]
    }
}

/// Two streams, each of which gets what the other one brings.
private final class ForwardedConnection: ByteStreamReceiver {
    private let near: TCPStream
    private let far: TCPStream
    private let delay: Duration
    private let loop: EventLoop
    private let onEnd: (ForwardedConnection) -> Void
    /// What is on its way, the oldest first; no bytes: the end.
    private var carried: [(due: Instant, target: TCPStream, bytes: [UInt8])] = []
    private var timer: TimerHandle?

    /// More than this is not read ahead of who takes it.
    private static let pendingLimit = 1 << 20

    init(
        _ near: TCPStream, _ far: TCPStream, delay: Duration, on loop: EventLoop,
        onEnd: @escaping (ForwardedConnection) -> Void
    ) {
        self.near = near
        self.far = far
        self.delay = delay
        self.loop = loop
        self.onEnd = onEnd
        near.receiver = self
        far.receiver = self
    }

    func close() {
        timer?.cancel()
        near.close()
        far.close()
    }

    func streamOpened(_ stream: any ByteStream) {}

    func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {
        carry(Array(bytes), from: stream)
        if other(stream).pendingOutput > Self.pendingLimit { stream.isReadingPaused = true }
    }

    func streamDrained(_ stream: any ByteStream) { other(stream).isReadingPaused = false }

    func stream(_ stream: any ByteStream, closed reason: StreamClosure) { carry([], from: stream) }

    private func other(_ stream: any ByteStream) -> TCPStream { stream === near ? far : near }

    private func carry(_ bytes: [UInt8], from stream: any ByteStream) {
        carried.append((.now + delay, other(stream), bytes))
        if carried.count == 1 { awaitNext() }
    }

    private func awaitNext() {
        guard let next = carried.first else { return }
        timer = loop.schedule(at: next.due) { [weak self] in self?.deliver() }
    }

    private func deliver() {
        while let next = carried.first, next.due <= .now {
            carried.removeFirst()
            guard !next.bytes.isEmpty else {
                close()
                return onEnd(self)
            }
            next.target.write(next.bytes)
        }
        awaitNext()
    }
}
