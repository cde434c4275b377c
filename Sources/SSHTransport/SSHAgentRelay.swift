internal import ByteTransport
internal import Glibc

/// Stands between libssh and an agent, so that an agent that takes its time holds up nothing, and offers the keys that
/// are wanted only.
final class SSHAgentRelay {
    private let far: TCPStream
    private let near: TCPStream
    private let offered: Set<[UInt8]>?
    private var descriptor: Int32
    /// Of the agent's answers, the one that has not ended.
    private var answer: [UInt8] = []

    /// - Parameters:
    ///   - path: the agent's socket.
    ///   - offered: the keys that may be tried, as RFC 4253 writes them; nil for all.
    /// - Returns: nil where no agent listens.
    init?(to path: String?, offering offered: Set<[UInt8]>?, on loop: EventLoop) {
        if let offered, offered.isEmpty { return nil }
        guard let path, let agent = Self.connect(path) else { return nil }
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            Glibc.close(agent)
            return nil
        }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        near = TCPStream(connected: ends[0], on: loop)
        far = TCPStream(connected: agent, on: loop)
        descriptor = ends[1]
        self.offered = offered
        near.receiver = self
        far.receiver = self
    }

    deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

    /// The socket that stands for the agent, which blocks. It is the caller's.
    func takeDescriptor() -> Int32 {
        defer { descriptor = -1 }
        return descriptor
    }

    func close() {
        near.close()
        far.close()
    }

    private static func connect(_ path: String) -> Int32? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { return nil }
        // Without blocking: an agent that hangs may have a full queue.
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        if isConnected { return descriptor }
        Glibc.close(descriptor)
        return nil
    }
}

extension SSHAgentRelay: ByteStreamReceiver {
    func streamOpened(_ stream: any ByteStream) {}
    func streamDrained(_ stream: any ByteStream) {}

    func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {
        if stream === near { return far.write(Array(bytes)) }
        guard let offered else { return near.write(Array(bytes)) }
        answer += bytes
        while let message = AgentMessage.take(from: &answer) { near.write(message.offering(only: offered).bytes) }
        // No agent has a longer one.
        if answer.count > AgentMessage.limit { close() }
    }

    func stream(_ stream: any ByteStream, closed reason: StreamClosure) { close() }
}
