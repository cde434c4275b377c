import ByteTransport
import Glibc

/// What many quiet connections cost: an acceptor on this thread's loop, which answers each message. The other ends are
/// on a thread of their own, whose time is not counted.
struct ConnectionsBenchmark {
    private let loop = EventLoop()
    private let connections: Int
    private let messages: Int

    /// - Parameter messages: a second, over all connections.
    init(connections: Int, messages: Int) {
        self.connections = connections
        self.messages = messages
    }

    /// - Returns: the share of a processor that the acceptor takes, in percent.
    func share(seconds: Int) throws -> Double {
        guard let any = SocketAddress(numeric: "127.0.0.1", port: 0) else { throw BenchmarkFailure.noAnswer }
        let receiver = Answerer()
        let listener = try TCPListener(any, on: loop) { receiver.accept($0) }
        defer { listener.close() }
        try MessageSender(port: listener.address.port, connections: connections, messages: messages).start()
        guard loop.run(until: .now + .seconds(30), or: { receiver.accepted == connections }) else {
            throw BenchmarkFailure.noAnswer
        }
        _ = loop.run(until: .now + .seconds(1)) { false }
        let (start, before) = (Self.processorSeconds, receiver.messages)
        _ = loop.run(until: .now + .seconds(seconds)) { false }
        let used = Self.processorSeconds - start
        // A sender that comes late would make the figure better than it is.
        guard receiver.messages - before >= messages * seconds * 9 / 10 else { throw BenchmarkFailure.noAnswer }
        return used / Double(seconds) * 100
    }

    /// Of this thread.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

private final class Answerer: ByteStreamReceiver {
    private(set) var accepted = 0
    private(set) var messages = 0

    func accept(_ stream: TCPStream) {
        accepted += 1
        stream.receiver = self
    }

    func streamOpened(_ stream: any ByteStream) {}
    func streamDrained(_ stream: any ByteStream) {}
    func stream(_ stream: any ByteStream, closed reason: StreamClosure) {}

    func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {
        messages += 1
        stream.write(Array(bytes))
    }
}

/// Sends small messages at an even pace, over one connection after the other, until the process ends.
private final class MessageSender: Sendable {
    private let port: UInt16
    private let connections: Int
    private let messages: Int

    init(port: UInt16, connections: Int, messages: Int) {
        self.port = port
        self.connections = connections
        self.messages = messages
    }

    func start() throws {
        var thread = pthread_t()
        let retained = Unmanaged.passRetained(self)
        let code = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<MessageSender>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, retained.toOpaque())
        guard code == 0 else {
            retained.release()
            throw BenchmarkFailure.noAnswer
        }
    }

    private func run() {
        let sockets = (0..<connections).map { _ in connected() }
        var next = nanoseconds()
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            for descriptor in sockets {
                recv(descriptor, &chunk, chunk.count, Int32(MSG_DONTWAIT))
                send(descriptor, "0123456789abcdef", 16, Int32(MSG_NOSIGNAL))
                next += 1_000_000_000 / UInt64(messages)
                let now = nanoseconds()
                if next > now { usleep(UInt32((next - now) / 1000)) }
            }
        }
    }

    private func connected() -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if code != 0 { complain("connect: \(errno)\n") }
        return descriptor
    }
}
