import Glibc

/// Where a stream's bytes end up.
package protocol ByteSink: AnyObject {
    /// Writes all of `bytes`, waiting if it must.
    /// - Returns: 0, or the errno of what went wrong.
    func write(_ bytes: [UInt8]) -> Int32
}

/// A descriptor, which stays the caller's.
package final class DescriptorSink: ByteSink {
    private let descriptor: Int32

    package init(_ descriptor: Int32) { self.descriptor = descriptor }

    package func write(_ bytes: [UInt8]) -> Int32 {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
            }
            if count >= 0 {
                written += count
            } else if errno == EAGAIN {
                // Somebody else made our terminal or pipe non-blocking.
                var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&poller, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }
}

/// Collects small pieces and writes them in large ones. After the first error it takes no more.
package final class BufferedWriter {
    private let sink: any ByteSink
    private var buffer: [UInt8] = []
    /// errno of the first write that failed; 0 so far.
    package private(set) var failure: Int32 = 0

    package init(_ sink: any ByteSink) { self.sink = sink }

    package func write(_ text: String) { write(Array(text.utf8)) }

    package func write(_ bytes: [UInt8]) {
        if failure != 0 { return }
        buffer.append(contentsOf: bytes)
        if buffer.count >= 64 << 10 { flush() }
    }

    package func flush() {
        if buffer.isEmpty || failure != 0 { return }
        failure = sink.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
