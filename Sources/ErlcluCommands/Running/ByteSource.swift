import ByteTransport
import Glibc

/// Where bytes come from bit by bit: a file that is too large to be read at once, a pipe that somebody writes to.
package protocol ByteSource: AnyObject {
    /// Whether more may be written while it is read.
    var isLive: Bool { get }

    /// Bytes that there are; nil where nobody knows.
    var size: Int? { get }

    /// - Parameter milliseconds: how long to wait for something to come; nil is as long as it takes.
    /// - Returns: how many bytes have come, 0 at the end; nil when none came in time.
    func read(into buffer: UnsafeMutableRawBufferPointer, milliseconds: Int32?) throws(FileFault) -> Int?
}

/// A file, or standard input for `-`.
package final class DescriptorSource: ByteSource {
    private let descriptor: Int32
    package let isLive: Bool
    package let size: Int?

    package init(_ path: String) throws(FileFault) {
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFault(reason: SystemError.text(errno)) }
        var facts = stat()
        let isKnown = fstat(descriptor, &facts) == 0
        isLive = isKnown && facts.st_mode & S_IFMT != S_IFREG
        size = isKnown && !isLive ? Int(facts.st_size) : nil
    }

    deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

    package func read(
        into buffer: UnsafeMutableRawBufferPointer, milliseconds: Int32?
    ) throws(FileFault) -> Int? {
        if let milliseconds, isLive {
            var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let count = poll(&poller, 1, milliseconds)
            if count == 0 || count < 0 && errno == EINTR { return nil }
        }
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            if errno != EINTR { throw FileFault(reason: SystemError.text(errno)) }
        }
    }
}
