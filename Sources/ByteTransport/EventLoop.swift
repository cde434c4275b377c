/// One thread's poll(2) loop: descriptors, timers and signals. Everything that waits in this program waits here, on
/// the thread that called `run`: a one-shot command's main thread, or the dashboard's only thread.
///
/// Why not an event loop library: a whole `eval` over TCP has about 2.6 ms (twice `erl_call`), of which loading and
/// starting one takes more than half; the figures are in the README.
package final class EventLoop {
    package init() {}

    /// Runs handlers until `condition` holds, checked after each batch, or `deadline` passes.
    /// - Returns: whether the condition holds.
    package func run(until deadline: Instant?, while condition: () -> Bool) -> Bool { false }

    /// Calls `action` once, at `instant` or soon after. The handle cancels.
    package func schedule(at instant: Instant, _ action: @escaping () -> Void) -> TimerHandle { TimerHandle() }

    /// Calls `handler` whenever `descriptor` has what `interest` asks for. The descriptor stays the caller's.
    package func watch(
        _ descriptor: Int32, for interest: DescriptorInterest, _ handler: @escaping (DescriptorInterest) -> Void
    ) -> DescriptorHandle { DescriptorHandle() }
}

package struct DescriptorInterest: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
    package static let read = DescriptorInterest(rawValue: 1)
    package static let write = DescriptorInterest(rawValue: 2)
}

/// Cancels its timer; forgetting the handle does not.
package struct TimerHandle {
    package func cancel() {}
}

/// A watched descriptor; `interest` may change at any time, `cancel` ends it.
package struct DescriptorHandle {
    package var interest: DescriptorInterest {
        get { [] }
        nonmutating set {}
    }
    package func cancel() {}
}
