internal import Glibc

/// The isolation of everything above NodeSession: code that runs on the event loop of the current thread. State needs no
/// locks; after each `await` it is read again, since other tasks of the loop have run meanwhile.
///
/// A program has one loop. Tests have several, each on a thread of its own and with objects of its own.
///
/// Never use `Task {}`, `Task.sleep` or `AsyncStream` here: they may reach the default pool of threads, which costs the
/// start of the program more than a millisecond. A task is begun by `EventLoop.run` or in a task group of one; waiting
/// is `sleep`, `Promise` and `EventQueue`.
@globalActor
package actor LoopActor {
    package static let shared = LoopActor()

    /// Of all tasks on loops. It is the preference of tasks, too: without it they resume in the default pool.
    package static let executor = LoopExecutor()

    package nonisolated var unownedExecutor: UnownedSerialExecutor { Self.executor.asUnownedSerialExecutor() }

    /// The loop that this code runs on.
    @LoopActor package static var loop: EventLoop { CurrentLoop.required }

    /// Calls `body`, which is isolated to the loop, from a callback that only the loop's own thread calls, such as the
    /// handler of a cancellation.
    package static func assumeIsolated(_ body: @LoopActor () -> Void) {
        executor.checkIsolated()
        // As `MainActor.assumeIsolated` does it. Safe: the type differs in the isolation alone, which was just checked.
        withoutActuallyEscaping(body) { body in unsafeBitCast(body, to: (() -> Void).self)() }
    }
}

/// Runs the jobs of tasks in the loop of the thread that they come from: the one that is running there.
package final class LoopExecutor: SerialExecutor, TaskExecutor {
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        CurrentLoop.required.enqueue {
            job.runSynchronously(
                isolatedTo: self.asUnownedSerialExecutor(), taskExecutor: self.asUnownedTaskExecutor())
        }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    package func checkIsolated() { _ = CurrentLoop.required }
}

/// The loop that is running on this thread.
enum CurrentLoop {
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let error = pthread_key_create(&key, nil)
        precondition(error == 0, "no thread-specific data: error \(error)")
        return key
    }()

    /// Not retained: `EventLoop.run` sets it while it runs, and the loop is in use meanwhile.
    static var loop: EventLoop? {
        get { pthread_getspecific(key).map { Unmanaged<EventLoop>.fromOpaque($0).takeUnretainedValue() } }
        set { pthread_setspecific(key, newValue.map { UnsafeRawPointer(Unmanaged.passUnretained($0).toOpaque()) }) }
    }

    static var required: EventLoop {
        guard let loop else { preconditionFailure("no event loop is running on this thread") }
        return loop
    }
}
