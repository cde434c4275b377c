internal import Glibc

/// One call that blocks for as long as somebody else lets it, on a thread of its own. The thread posts what it gives to
/// the loop's mailbox. `cancel` leaves the thread behind.
package final class BlockingCall<Value: Sendable> {
    private let loop: EventLoop
    private var completion: ((Value) -> Void)?

    /// Starts it; `completion` is called once, on the loop, unless cancelled before.
    /// - Throws: `.system` when there is no thread.
    package init(
        on loop: EventLoop, _ work: @escaping @Sendable () -> Value, completion: @escaping (Value) -> Void
    ) throws(StreamClosure) {
        self.loop = loop
        self.completion = completion
        let mailbox = try loop.mailbox()
        let own = LoopReference(self)
        try WorkThread {
            let value = work()
            mailbox.post { own.object?.finish(value) }
        }.start()
        loop.expectPost(for: self)
    }

    /// No completion will be called. Idempotent.
    package func cancel() {
        guard completion != nil else { return }
        completion = nil
        loop.postArrived(for: self)
    }

    private func finish(_ value: Value) {
        guard let completion else { return }
        self.completion = nil
        loop.postArrived(for: self)
        completion(value)
    }
}

/// A thread that does one thing and ends.
private final class WorkThread: Sendable {
    private let work: @Sendable () -> Void

    init(_ work: @escaping @Sendable () -> Void) { self.work = work }

    func start() throws(StreamClosure) {
        var thread = pthread_t()
        // The new thread takes no signals: handlers and signalfd belong to the loop's thread.
        var all = sigset_t()
        var found = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &found)
        let retained = Unmanaged.passRetained(self)
        let code = pthread_create(&thread, nil, workThread, retained.toOpaque())
        pthread_sigmask(SIG_SETMASK, &found, nil)
        guard code == 0 else {
            retained.release()
            throw .system(call: "pthread_create", errno: code)
        }
        pthread_detach(thread)
    }

    func run() { work() }
}

/// The C entry point; its argument is a retained `WorkThread`, which it releases.
private let workThread: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
    guard let argument else { return nil }
    Unmanaged<WorkThread>.fromOpaque(argument).takeRetainedValue().run()
    return nil
}
