/// Waits until `descriptor` can be read, its end included.
/// - Parameter deadline: nil for as long as it takes.
/// - Returns: false where the deadline or a cancellation of the task comes first.
@LoopActor @discardableResult
package func awaitReadable(_ descriptor: Int32, until deadline: Instant?) async -> Bool {
    let ready = Promise<Void>()
    let watch = LoopActor.loop.watch(descriptor, for: .read) { _ in ready.fulfil(()) }
    defer { watch.cancel() }
    guard case .value = await ready.value(until: deadline) else { return false }
    return true
}
