internal import CLinux
import Glibc

/// How a write to a descriptor is kept from blocking. The descriptor itself is not made non-blocking: that would hold for
/// the shell and all others that share it.
struct OutputWay {
    private enum Kind {
        /// Files and the like do not wait for readers.
        case file
        /// The same pipe or terminal under a descriptor of our own, non-blocking.
        case reopened
        /// Where that was refused: as much as a pipe takes without blocking when poll says that it is ready.
        case piecewise
        case socket
    }

    /// Linux lets a pipe that is ready take this many bytes without blocking (`PIPE_BUF`).
    private static let pipeBytes = 4096

    private let kind: Kind
    /// What is written to, and watched.
    let descriptor: Int32
    /// Whether it is a pipe or a socket: one whose reader may go away.
    let hasReader: Bool

    init(to descriptor: Int32, mayReopen: Bool) {
        var facts = stat()
        let format = fstat(descriptor, &facts) == 0 ? facts.st_mode & S_IFMT : S_IFREG
        hasReader = format == S_IFIFO || format == S_IFSOCK
        guard format == S_IFIFO || format == S_IFCHR && isatty(descriptor) == 1 else {
            (kind, self.descriptor) = (format == S_IFSOCK ? .socket : .file, descriptor)
            return
        }
        let flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        let own = mayReopen ? open("/proc/self/fd/\(descriptor)", flags) : -1
        (kind, self.descriptor) = own >= 0 ? (.reopened, own) : (.piecewise, descriptor)
    }

    func close() {
        if case .reopened = kind { Glibc.close(descriptor) }
    }

    /// - Returns: as write(2), with errno.
    func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        switch kind {
        case .file, .reopened: return Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        case .socket: return send(descriptor, bytes.baseAddress, bytes.count, LINUX_MSG_DONTWAIT)
        case .piecewise:
            var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let ready = poll(&poller, 1, 0)
            guard ready > 0 else {
                if ready == 0 { errno = EAGAIN }
                return -1
            }
            return Glibc.write(descriptor, bytes.baseAddress, min(bytes.count, Self.pipeBytes))
        }
    }
}

extension OutputStream {
    /// Whether two descriptors are of the same terminal, pipe or file, as with `2>&1`.
    package static func areSame(_ one: Int32, _ other: Int32) -> Bool {
        var (first, second) = (stat(), stat())
        guard fstat(one, &first) == 0, fstat(other, &second) == 0 else { return false }
        return (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino)
    }
}
