internal import Glibc

/// Reads a pipe of a program from the loop, until its end.
final class PipeReader {
    private let descriptor: Int32
    private var watch: DescriptorHandle?
    private var closed: (() -> Void)?

    /// - Parameter descriptor: does not block, and is this reader's from now on.
    init(
        _ descriptor: Int32, on loop: EventLoop, _ received: @escaping (UnsafeRawBufferPointer) -> Void,
        closed: @escaping () -> Void
    ) {
        self.descriptor = descriptor
        self.closed = closed
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        watch = loop.watch(descriptor, for: .read) { [unowned loop, self] _ in
            let buffer = loop.readBuffer
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 { return received(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            let closed = self.closed
            close()
            closed?()
        }
    }

    /// Nothing follows. Idempotent.
    func close() {
        guard let watch else { return }
        watch.cancel()
        self.watch = nil
        closed = nil
        Glibc.close(descriptor)
    }
}
