internal import CLinux
import Glibc

/// One thread's poll(2) loop: descriptors, timers and signals. Everything that waits in this program waits here, on
/// the thread that called `run`: a one-shot command's main thread, or the dashboard's only thread.
///
/// Why not an event loop library: a whole `eval` over TCP has about 2.6 ms (twice `erl_call`), of which loading and
/// starting one takes more than half; the figures are in the README.
///
/// Handlers may do anything to the loop, cancelling and watching included, except run it: a loop that runs inside one
/// of its handlers would hand a stream bytes while it is busy with the previous ones.
package final class EventLoop {
    private var watches: [DescriptorWatch] = []
    private var polled: [pollfd] = []
    private var dispatched: [DescriptorWatch] = []
    private var timers = TimerHeap()
    private var soon: [() -> Void] = []
    private var waitingWork: [WaitingWork] = []
    private var isRunning = false
    private var isStopped = false
    private var scratch: UnsafeMutableRawBufferPointer?

    /// Who sees the traffic of the connections that are dialled from here on.
    package var traffic: (any TrafficObserver)?

    package init() {}

    deinit { scratch?.deallocate() }

    /// Runs handlers until `condition` holds, checked after each batch, or `deadline` passes. Without a deadline it
    /// also ends when nothing is left that could happen. Called from a handler it does nothing.
    /// - Returns: whether the condition holds.
    package func run(until deadline: Instant?, or condition: () -> Bool) -> Bool {
        guard !isRunning else {
            assertionFailure("EventLoop.run inside one of its handlers")
            return condition()
        }
        isRunning = true
        defer { isRunning = false }
        while !condition() {
            guard !isStopped, runBatch(until: deadline) else { return condition() }
        }
        return true
    }

    /// Has `run` return, also when it is called again, as if the time of whoever waits were over: the program is to end.
    package func stop() { isStopped = true }

    /// Calls `action` once, at `instant` or soon after. The handle cancels.
    @discardableResult
    package func schedule(at instant: Instant, _ action: @escaping () -> Void) -> TimerHandle {
        TimerHandle(timer: timers.insert(at: instant, action))
    }

    /// Calls `action` in the next batch: how a stream reports what it found out inside a call of its user.
    package func enqueue(_ action: @escaping () -> Void) { soon.append(action) }

    /// Calls `handler` whenever `descriptor` has what `interest` asks for. The descriptor stays the caller's. A
    /// hang-up or error counts as whatever is asked for: the next system call tells it. While the interest is empty
    /// the descriptor is not looked at, not even for those.
    package func watch(
        _ descriptor: Int32, for interest: DescriptorInterest, _ handler: @escaping (DescriptorInterest) -> Void
    ) -> DescriptorHandle {
        let watch = DescriptorWatch(descriptor: descriptor, interest: interest, handler: handler)
        watches.append(watch)
        return DescriptorHandle(watch: watch)
    }

    /// Has `action` called, again and again, while a handler waits for something outside the loop.
    package func whileHandlerWaits(_ action: @escaping () -> Void) -> WaitingWorkHandle {
        let work = WaitingWork(action)
        waitingWork.removeAll { $0.action == nil }
        waitingWork.append(work)
        return WaitingWorkHandle(work: work)
    }

    /// Says that what a handler waits for is not worth waiting for any more: the program is told to end.
    package var givesUpWaiting: (() -> Bool)?

    /// For handlers that wait: does what must not wait with them. No descriptor is read meanwhile.
    /// - Returns: whether to wait on.
    package func handlerWaits() -> Bool {
        for work in waitingWork { work.action?() }
        return !(givesUpWaiting?() ?? false)
    }

    /// 256 KiB that every stream of this loop reads into: valid during one handler. Most of it is never touched, so
    /// a short command pays for the pages that it fills only.
    var readBuffer: UnsafeMutableRawBufferPointer {
        if let scratch { return scratch }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
        scratch = buffer
        return buffer
    }

    /// - Returns: false when the deadline has passed or nothing is left to wait for.
    private func runBatch(until deadline: Instant?) -> Bool {
        watches.removeAll { $0.handler == nil }
        polled.removeAll(keepingCapacity: true)
        dispatched.removeAll(keepingCapacity: true)
        for watch in watches where !watch.interest.isEmpty {
            polled.append(pollfd(fd: watch.descriptor, events: watch.interest.pollEvents, revents: 0))
            dispatched.append(watch)
        }
        let now = Instant.now
        if let deadline, now >= deadline { return false }
        var wake = deadline
        if !soon.isEmpty {
            wake = now
        } else if let timer = timers.first, wake.map({ timer < $0 }) ?? true {
            wake = timer
        }
        if wake == nil, polled.isEmpty { return false }
        let ready = poll(from: now, until: wake)
        if ready > 0 { dispatchDescriptors() }
        if let first = timers.first, first <= now || first <= Instant.now { runTimers() }
        if !soon.isEmpty { runSoon() }
        return true
    }

    /// - Returns: how many descriptors are ready; 0 after an interrupting signal, too.
    private func poll(from now: Instant, until wake: Instant?) -> Int32 {
        polled.withUnsafeMutableBufferPointer { buffer in
            let ready = Self.pollBriefly(buffer, from: now)
            if ready != 0 { return ready }
            guard let wake else { return Glibc.poll(buffer.baseAddress, nfds_t(buffer.count), -1) }
            guard wake > now else {
                return buffer.isEmpty ? 0 : Glibc.poll(buffer.baseAddress, nfds_t(buffer.count), 0)
            }
            // Rounded up: a timer may be late, never early, and the loop must not spin in its last millisecond.
            let milliseconds = (wake.nanoseconds - now.nanoseconds - 1) / 1_000_000 + 1
            return Glibc.poll(buffer.baseAddress, nfds_t(buffer.count), Int32(clamping: milliseconds))
        }
    }

    /// Looks again and again for a moment before the thread goes to sleep: an answer of a node near by comes within
    /// some fifty microseconds, two hundred where it has not been asked for a while, and being woken takes fifty again.
    /// BEAM's schedulers wait in this way, too. Where there is one processor only, the peer may need it.
    private static func pollBriefly(_ buffer: UnsafeMutableBufferPointer<pollfd>, from now: Instant) -> Int32 {
        guard !buffer.isEmpty, hasSeveralProcessors else { return 0 }
        let end = now.nanoseconds + 200_000
        while true {
            let ready = Glibc.poll(buffer.baseAddress, nfds_t(buffer.count), 0)
            if ready != 0 || Instant.now.nanoseconds >= end { return max(ready, 0) }
        }
    }

    private static let hasSeveralProcessors = linux_usable_processors() > 1

    private func dispatchDescriptors() {
        for (index, watch) in dispatched.enumerated() where polled[index].revents != 0 {
            // The interest may have changed since poll, through an earlier handler of this batch.
            guard let handler = watch.handler else { continue }
            let ready = DescriptorInterest(pollEvents: polled[index].revents).intersection(watch.interest)
            if !ready.isEmpty { handler(ready) }
        }
    }

    private func runTimers() {
        // Timers set by a timer wait for the next batch: one that sets itself again cannot starve the descriptors.
        let limit = timers.nextSequence
        let now = Instant.now
        while let action = timers.popDue(now, before: limit) { action() }
    }

    private func runSoon() {
        let batch = soon
        soon = []
        for action in batch { action() }
    }
}
