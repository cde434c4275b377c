internal import CLinux
internal import Glibc

/// Delivers signals on the loop instead of interrupting whatever runs: signalfd(2).
///
/// The signals are blocked in the calling thread from `init` on, and in threads started later, so make it before any
/// thread. Until `cancel` or the end of this object, which give back the mask that was found.
package final class SignalSource {
    private let descriptor: Int32
    private let handler: (Int32) -> Void
    private var watch: DescriptorHandle?
    private var previous: sigset_t

    /// - Parameter handler: gets the signal's number; several of one kind may come as one.
    /// - Throws: `StreamClosure.system` when the kernel refuses a descriptor.
    package init(_ signals: [Int32], on loop: EventLoop, _ handler: @escaping (Int32) -> Void) throws(StreamClosure) {
        self.handler = handler
        var set = sigset_t()
        var found = sigset_t()
        sigemptyset(&set)
        sigemptyset(&found)
        for signal in signals { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, &found)
        previous = found
        descriptor = linux_signalfd(&set, O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let code = errno
            pthread_sigmask(SIG_SETMASK, &found, nil)
            throw .system(call: "signalfd", errno: code)
        }
        watch = loop.watch(descriptor, for: .read) { [weak self] _ in self?.deliver() }
    }

    deinit { cancel() }

    private func deliver() {
        // struct signalfd_siginfo: 128 bytes that begin with the number.
        var info = [UInt32](repeating: 0, count: 32)
        let size = info.count * MemoryLayout<UInt32>.size
        // The handler may cancel, and then the number is another file's.
        while watch != nil, read(descriptor, &info, size) == size {
            handler(Int32(bitPattern: info[0]))
        }
    }

    /// No more deliveries; the signals do again what they did before. Idempotent.
    package func cancel() {
        guard let watch else { return }
        watch.cancel()
        self.watch = nil
        Glibc.close(descriptor)
        pthread_sigmask(SIG_SETMASK, &previous, nil)
    }
}
