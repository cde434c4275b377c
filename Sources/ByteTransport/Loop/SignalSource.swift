internal import CLinux
internal import Glibc

/// Delivers signals on the loop instead of interrupting whatever runs: signalfd(2).
///
/// The signals are blocked in the calling thread from `init` on, and in threads started later, so make it before any
/// thread. Until `cancel` or the end of this object, which unblock those that were not blocked before.
package final class SignalSource {
    private let descriptor: Int32
    private let loop: EventLoop
    private let handler: (Int32) -> Void
    private var watch: DescriptorHandle?
    private var isCancelled = false
    /// Those that nobody had blocked before.
    private let blocked: [Int32]

    /// - Parameter handler: gets the signal's number; several of one kind may come as one.
    /// - Throws: `StreamClosure.system` when the kernel refuses a descriptor.
    package init(_ signals: [Int32], on loop: EventLoop, _ handler: @escaping (Int32) -> Void) throws(StreamClosure) {
        self.loop = loop
        self.handler = handler
        var set = sigset_t()
        var found = sigset_t()
        sigemptyset(&set)
        sigemptyset(&found)
        for signal in signals { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, &found)
        var blocked: [Int32] = []
        for signal in signals where sigismember(&found, signal) == 0 { blocked.append(signal) }
        self.blocked = blocked
        descriptor = linux_signalfd(&set, O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let code = errno
            pthread_sigmask(SIG_SETMASK, &found, nil)
            throw .system(call: "signalfd", errno: code)
        }
        resume()
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

    /// No deliveries until `resume`, and the signals stay blocked: one that comes meanwhile waits, until this goes on or
    /// another source of the same signal takes it. Idempotent.
    package func pause() {
        watch?.cancel()
        watch = nil
    }

    /// Delivers what has come since `pause`, and what comes from here on. Idempotent; nothing after `cancel`.
    package func resume() {
        guard watch == nil, !isCancelled else { return }
        watch = loop.watch(descriptor, for: .read) { [weak self] _ in self?.deliver() }
    }

    /// No more deliveries; the signals do again what they did before. Idempotent.
    /// - Parameter held: of these, none does anything from here on: they stay blocked for the rest of the process.
    package func cancel(holding held: [Int32] = []) {
        guard !isCancelled else { return }
        isCancelled = true
        pause()
        Glibc.close(descriptor)
        var freed = sigset_t()
        sigemptyset(&freed)
        for signal in blocked where !held.contains(signal) { sigaddset(&freed, signal) }
        pthread_sigmask(SIG_UNBLOCK, &freed, nil)
    }
}
