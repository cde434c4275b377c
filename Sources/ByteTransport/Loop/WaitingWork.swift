/// What must go on while a handler of a loop waits for something outside it, as for the reader of standard output:
/// links send ticks, or their nodes take us for dead.
final class WaitingWork {
    var action: (() -> Void)?

    init(_ action: @escaping () -> Void) { self.action = action }
}

/// Ends the work that it stands for.
package struct WaitingWorkHandle {
    let work: WaitingWork

    package func cancel() { work.action = nil }
}
