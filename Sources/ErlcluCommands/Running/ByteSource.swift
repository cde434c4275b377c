package import ByteTransport
import Glibc

/// Where bytes come from bit by bit: a file that is too large to be read at once, a pipe that somebody writes to.
package protocol ByteSource: AnyObject {
    /// Whether more may be written while it is read.
    var isLive: Bool { get }

    /// Bytes that there are; nil where nobody knows.
    var size: Int? { get }

    /// Waits until something can be read, its end included, or until `deadline`.
    @LoopActor func awaitBytes(until deadline: Instant) async

    /// - Returns: how many bytes have come, 0 at the end; nil when there are none yet.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileFault) -> Int?
}

/// A file, or standard input for `-`.
package final class DescriptorSource: ByteSource {
    private let descriptor: Int32
    package let isLive: Bool
    package let size: Int?

    package init(_ path: String) throws(FileFault) {
        // A FIFO is opened though nobody writes to it yet.
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileFault(reason: SystemError.text(errno)) }
        var facts = stat()
        let isKnown = fstat(descriptor, &facts) == 0
        isLive = isKnown && facts.st_mode & S_IFMT != S_IFREG
        size = isKnown && !isLive ? Int(facts.st_size) : nil
    }

    deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

    @LoopActor
    package func awaitBytes(until deadline: Instant) async {
        guard isLive, !isReady else { return }
        await awaitReadable(descriptor, until: deadline)
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileFault) -> Int? {
        // Standard input may be a blocking one, and a FIFO without a writer reads as if it had ended.
        if isLive, !isReady { return nil }
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            if errno == EAGAIN { return nil }
            if errno != EINTR { throw FileFault(reason: SystemError.text(errno)) }
        }
    }

    /// Whether a read does not wait.
    private var isReady: Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&poller, 1, 0) > 0
    }
}
