import ByteTransport
import Glibc

/// A descriptor, which stays the caller's. Where its reader is slow, the write waits, and says so to whoever must not
/// be forgotten meanwhile; they may give it up.
package final class DescriptorSink: ByteSink {
    /// Linux lets a pipe that is ready take this many bytes without waiting (`PIPE_BUF`).
    private static let pipeBytes = 4096
    /// net_ticktime is at least 1 s, and a node wants to hear of us four times in that.
    private static let waitMilliseconds: Int32 = 200

    private let descriptor: Int32
    private let whileWaiting: () -> Bool
    private lazy var way = Way(to: descriptor)

    /// - Parameter whileWaiting: called five times a second while the reader takes nothing; says whether to wait on. Where
    ///   not, the write fails with `SystemError.givenUp`.
    package init(_ descriptor: Int32, whileWaiting: @escaping () -> Bool = { true }) {
        self.descriptor = descriptor
        self.whileWaiting = whileWaiting
    }

    deinit { if case .reopened(let own) = way { close(own) } }

    package func write(_ bytes: [UInt8]) -> Int32 {
        var written = 0
        while written < bytes.count {
            if way != .file, !waitUntilReady() { return SystemError.givenUp }
            let count = bytes.withUnsafeBytes { write(UnsafeRawBufferPointer(rebasing: $0[written...])) }
            if count >= 0 {
                written += count
            } else if errno != EINTR, errno != EAGAIN {
                return errno
            }
        }
        return 0
    }

    /// - Returns: whether it is, or will say by itself what is wrong.
    private func waitUntilReady() -> Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        while poll(&poller, 1, Self.waitMilliseconds) == 0 {
            if !whileWaiting() { return false }
        }
        return true
    }

    private func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        switch way {
        case .file: Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        case .reopened(let own): Glibc.write(own, bytes.baseAddress, bytes.count)
        case .piecewise: Glibc.write(descriptor, bytes.baseAddress, min(bytes.count, Self.pipeBytes))
        case .socket: send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT))
        }
    }

    /// How a write is kept from waiting by itself. The descriptor is not made non-blocking: that would hold for the
    /// shell and all others that share it.
    private enum Way: Equatable {
        /// Files and the like do not wait for readers.
        case file
        /// The same pipe or terminal under a descriptor of our own, non-blocking.
        case reopened(Int32)
        /// As that was refused.
        case piecewise
        case socket

        init(to descriptor: Int32) {
            var facts = stat()
            guard fstat(descriptor, &facts) == 0 else {
                self = .file
                return
            }
            switch facts.st_mode & S_IFMT {
            case S_IFSOCK: self = .socket
            case S_IFIFO: self = Way(reopening: descriptor)
            case S_IFCHR: self = isatty(descriptor) == 1 ? Way(reopening: descriptor) : .file
            default: self = .file
            }
        }

        private init(reopening descriptor: Int32) {
            let own = open("/proc/self/fd/\(descriptor)", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
            self = own >= 0 ? .reopened(own) : .piecewise
        }
    }
}
