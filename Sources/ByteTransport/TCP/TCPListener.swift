internal import CLinux
internal import Glibc

/// A listening TCP socket; each accepted connection is handed over as an open stream.
package final class TCPListener {
    private static let pauseInterval = Duration.milliseconds(100)
    /// So many connections may wait to be accepted (or as many as net.core.somaxconn says). One that finds no place tries
    /// again after a second, and a fleet that starts at once dials at once.
    private static let backlog: Int32 = 1024

    private let loop: EventLoop
    private let descriptor: Int32
    private var watch: DescriptorHandle?
    private var pause: TimerHandle?
    private let acceptNext: (Int32) -> Int32
    /// Where it listens, with the port that the kernel chose when 0 was asked for.
    package let address: SocketAddress

    /// - Parameter accept: is called on the loop; set the stream's receiver in it.
    /// - Throws: `StreamClosure.system` naming the call that failed.
    package convenience init(
        _ address: SocketAddress, on loop: EventLoop, accept: @escaping (TCPStream) -> Void
    ) throws(StreamClosure) {
        let flags = Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        try self.init(address, on: loop, acceptingWith: { linux_accept4($0, flags) }, accept: accept)
    }

    /// - Parameter acceptNext: as accept(2): gives a connected, non-blocking descriptor, or -1 and errno.
    init(
        _ address: SocketAddress, on loop: EventLoop, acceptingWith acceptNext: @escaping (Int32) -> Int32,
        accept: @escaping (TCPStream) -> Void
    ) throws(StreamClosure) {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { throw .system(call: "socket", errno: errno) }
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard address.withSystemForm({ bind(descriptor, $0, $1) }) == 0, listen(descriptor, Self.backlog) == 0,
            let bound = SocketAddress.of(descriptor, getsockname)
        else {
            let code = errno
            Glibc.close(descriptor)
            throw .system(call: "listen", errno: code)
        }
        self.loop = loop
        self.descriptor = descriptor
        self.address = bound
        self.acceptNext = acceptNext
        watch = loop.watch(descriptor, for: .read) { [weak self] _ in self?.acceptAll(accept) }
    }

    deinit { close() }

    /// Ends the listening; connections already accepted go on. Idempotent.
    package func close() {
        guard let watch else { return }
        watch.cancel()
        self.watch = nil
        pause?.cancel()
        Glibc.close(descriptor)
    }

    private func acceptAll(_ accept: (TCPStream) -> Void) {
        while watch != nil {
            let connected = acceptNext(descriptor)
            if connected >= 0 {
                accept(TCPStream(connected: connected, on: loop))
                continue
            }
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return pauseAccepting()
            default: return
            }
        }
    }

    /// Descriptors or memory are short. The connection stays in the kernel's queue and the socket stays readable, so
    /// without a pause the loop would spin.
    private func pauseAccepting() {
        watch?.interest = []
        pause = loop.schedule(at: .now + Self.pauseInterval) { [weak self] in self?.watch?.interest = .read }
    }
}
