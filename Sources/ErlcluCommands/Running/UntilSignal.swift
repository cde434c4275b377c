import ByteTransport
import Glibc

/// Runs `body` until it ends, or until SIGINT or SIGTERM comes, which cancels it.
/// - Returns: what it came to, or the status of the signal.
@LoopActor
func untilSignal(
    _ body: @escaping @LoopActor () async throws(CommandFailure) -> ExitStatus
) async throws(CommandFailure) -> ExitStatus {
    let loop = LoopActor.loop
    let signalled = Promise<Int32>()
    let signals = try? SignalSource([SIGINT, SIGTERM], on: loop) { signalled.fulfil($0) }
    defer { signals?.cancel() }
    let outcome = await withTaskGroup(of: Result<ExitStatus, CommandFailure>?.self) { group in
        let work: @LoopActor @Sendable () async -> Result<ExitStatus, CommandFailure>? = {
            do throws(CommandFailure) { return .success(try await body()) } catch { return .failure(error) }
        }
        let watch: @LoopActor @Sendable () async -> Result<ExitStatus, CommandFailure>? = {
            guard case .value(let signal) = await signalled.value(until: nil) else { return nil }
            return .success(ExitStatus(signal: signal))
        }
        group.addTask(operation: work)
        group.addTask(operation: watch)
        // What ends first counts; the other one is cancelled, and has ended when this returns.
        let first = await group.next() ?? nil
        group.cancelAll()
        return first
    }
    return try outcome?.get() ?? .interrupted
}
