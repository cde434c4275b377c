extension EventLoop {
    /// Runs `body` as a task on this loop, and with it whatever the loop has to do, until it returns. The calling thread
    /// waits. Not to be called from a handler or a task of a loop.
    package func run<Value, Failure: Error>(
        _ body: @escaping @LoopActor () async throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let box = OutcomeBox<Value, Failure>()
        let task: @LoopActor @Sendable () async -> Void = {
            do throws(Failure) {
                box.outcome = .success(try await body())
            } catch {
                box.outcome = .failure(error)
            }
        }
        // In the first batch, when this loop is the current one.
        enqueue { self.root = Task(executorPreference: LoopActor.executor, operation: task) }
        _ = run(until: nil) { box.outcome != nil }
        root = nil
        guard let outcome = box.outcome else {
            preconditionFailure("a task waits for something that is not on its loop")
        }
        return try outcome.get()
    }
}

extension EventLoop {
    /// Cancels the task that `run` runs: the program is to end. From the loop's own thread.
    package func cancelTask() { root?.cancel() }
}

extension LoopActor {
    /// Begins a task on the loop that the caller is on, for what goes on beside an object's other work. Its owner cancels
    /// it; prefer a task group where the work has an end that somebody awaits.
    @LoopActor
    package static func begin(_ body: @escaping @LoopActor @Sendable () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: executor, operation: body)
    }
}

/// What a task came to.
///
/// `@unchecked Sendable`: the task runs on the thread that waits for it, so that nobody else reads or writes.
private final class OutcomeBox<Value, Failure: Error>: @unchecked Sendable {
    var outcome: Result<Value, Failure>?
}

/// Waits until `instant`.
/// - Returns: false where the task is cancelled; at once then.
@LoopActor @discardableResult
package func sleep(until instant: Instant) async -> Bool { await Suspension().wait(until: instant) != .cancelled }

/// Waits for `duration`.
/// - Returns: false where the task is cancelled; at once then.
@LoopActor @discardableResult
package func sleep(for duration: Duration) async -> Bool { await sleep(until: .now + duration) }

/// Does `work` for all of `inputs` at once, in tasks of their own, and returns when all have ended. Where the calling
/// task is cancelled, all of them are.
/// - Parameter take: is given each result when it comes.
@LoopActor
package func atOnce<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], _ work: @escaping @LoopActor (Input) async -> Output, take: (Input, Output) -> Void
) async {
    await withTaskGroup(of: (Int, Output).self) { group in
        for (index, input) in inputs.enumerated() {
            let child: @LoopActor @Sendable () async -> (Int, Output) = { (index, await work(input)) }
            group.addTask(operation: child)
        }
        for await (index, output) in group { take(inputs[index], output) }
    }
}
