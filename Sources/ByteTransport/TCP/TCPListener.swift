internal import CLinux
internal import Glibc

/// A listening TCP socket; each accepted connection is handed over as an open stream.
package final class TCPListener {
    private let loop: EventLoop
    private let descriptor: Int32
    private var watch: DescriptorHandle?
    /// Where it listens, with the port that the kernel chose when 0 was asked for.
    package let address: SocketAddress

    /// - Parameter accept: is called on the loop; set the stream's receiver in it.
    /// - Throws: `StreamClosure.system` naming the call that failed.
    package init(
        _ address: SocketAddress, on loop: EventLoop, accept: @escaping (TCPStream) -> Void
    ) throws(StreamClosure) {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { throw .system(call: "socket", errno: errno) }
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard address.withSystemForm({ bind(descriptor, $0, $1) }) == 0, listen(descriptor, 128) == 0,
            let bound = SocketAddress.of(descriptor, getsockname)
        else {
            let code = errno
            Glibc.close(descriptor)
            throw .system(call: "listen", errno: code)
        }
        self.loop = loop
        self.descriptor = descriptor
        self.address = bound
        watch = loop.watch(descriptor, for: .read) { [weak self] _ in self?.acceptAll(accept) }
    }

    deinit { close() }

    /// Ends the listening; connections already accepted go on. Idempotent.
    package func close() {
        guard let watch else { return }
        watch.cancel()
        self.watch = nil
        Glibc.close(descriptor)
    }

    private func acceptAll(_ accept: (TCPStream) -> Void) {
        let flags = Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        while watch != nil {
            let connected = linux_accept4(descriptor, flags)
            if connected < 0, errno == EINTR || errno == ECONNABORTED { continue }
            // EMFILE and the like too: the next call of poll tries again.
            guard connected >= 0 else { return }
            accept(TCPStream(connected: connected, on: loop))
        }
    }
}
