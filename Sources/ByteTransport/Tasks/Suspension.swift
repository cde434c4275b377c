/// Where one task at a time waits to be woken.
@LoopActor
final class Suspension {
    enum Ending {
        case woken
        case deadline
        /// The task is cancelled.
        case cancelled
    }

    private var continuation: UnsafeContinuation<Ending, Never>?

    /// Waits for `wake`, for `deadline` (nil: for ever), or for the task to be cancelled.
    func wait(until deadline: Instant?) async -> Ending {
        precondition(continuation == nil, "two tasks wait in one place")
        if Task.isCancelled { return .cancelled }
        let timer = deadline.map { LoopActor.loop.schedule(at: $0) { self.end(.deadline) } }
        defer { timer?.cancel() }
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation = $0 }
        } onCancel: {
            // Tasks of a loop are cancelled on its thread.
            LoopActor.assumeIsolated { self.end(.cancelled) }
        }
    }

    /// Nothing where nobody waits.
    func wake() { end(.woken) }

    private func end(_ ending: Ending) {
        let waiting = continuation
        continuation = nil
        waiting?.resume(returning: ending)
    }
}

/// What waiting for something came to.
package enum Awaited<Value> {
    case value(Value)
    /// The time is over.
    case deadline
    /// The task is cancelled.
    case cancelled
}
