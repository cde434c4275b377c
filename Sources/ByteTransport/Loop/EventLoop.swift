internal import CLinux
import Glibc

/// One thread's epoll(7) loop: descriptors, timers and signals. Everything that waits in this program waits here, on
/// the thread that called `run`: a one-shot command's main thread, or the dashboard's only thread.
///
/// Why not an event loop library: a whole `eval` over TCP has about 2.6 ms (twice `erl_call`), of which loading and
/// starting one takes more than half; the figures are in docs/figures.md.
///
/// Handlers may do anything to the loop, cancelling and watching included, except run it: a loop that runs inside one
/// of its handlers would hand a stream bytes while it is busy with the previous ones.
package final class EventLoop {
    private let poller = DescriptorPoller()
    private var timers = TimerHeap()
    private var soon: [() -> Void] = []
    private var openMailbox: LoopMailbox?
    private var mailboxWatch: DescriptorHandle?
    private var awaitingPosts: [AnyObject] = []
    /// Whether the caller is a handler of this loop.
    package private(set) var isRunning = false
    /// The task that `run` runs.
    var root: Task<Void, Never>?
    private var scratch: UnsafeMutableRawBufferPointer?

    /// Observes the traffic of the connections that are dialled from here on.
    package var traffic: (any TrafficObserver)?
    /// Whether output is produced faster than it is taken.
    package let outputPressure = OutputPressure()

    package init() {}

    deinit {
        poller.close()
        scratch?.deallocate()
    }

    /// Runs handlers until `condition` holds, checked after each batch, or `deadline` passes. Without a deadline it
    /// also ends when nothing is left that could happen. Called from a handler it does nothing.
    /// - Returns: whether the condition holds.
    package func run(until deadline: Instant?, or condition: () -> Bool) -> Bool {
        guard !isRunning else {
            assertionFailure("EventLoop.run inside one of its handlers")
            return condition()
        }
        isRunning = true
        let outer = CurrentLoop.loop
        CurrentLoop.loop = self
        defer {
            CurrentLoop.loop = outer
            isRunning = false
        }
        while !condition() {
            guard runBatch(until: deadline) else { return condition() }
        }
        return true
    }

    /// How many requests wait for their one answer. While there are any, the thread waits awake for a moment before it
    /// goes to sleep. Do not count what may last: listeners, traces, consoles and watches would keep a processor busy.
    package var awaitedAnswers = 0

    /// Calls `action` once, at `instant` or soon after. The handle cancels.
    @discardableResult
    package func schedule(at instant: Instant, _ action: @escaping () -> Void) -> TimerHandle {
        TimerHandle(timer: timers.insert(at: instant, action))
    }

    /// Calls `action` in the next batch: how a stream reports what it found out inside a call of its user.
    package func enqueue(_ action: @escaping () -> Void) { soon.append(action) }

    /// Calls `handler` whenever `descriptor` has what `interest` asks for. The descriptor stays the caller's. A
    /// hang-up or error counts as whatever is asked for: the next system call reports it. Files that never make anybody
    /// wait, as regular ones, are always ready. One descriptor may have several watches.
    package func watch(
        _ descriptor: Int32, for interest: DescriptorInterest, _ handler: @escaping (DescriptorInterest) -> Void
    ) -> DescriptorHandle {
        let watch = DescriptorWatch(descriptor: descriptor, interest: interest, poller: poller, handler: handler)
        poller.add(watch)
        return DescriptorHandle(watch: watch)
    }

    /// The way for other threads to this loop. It is made when it is first asked for: a command that starts no thread
    /// pays nothing.
    /// - Throws: `StreamClosure.system` when the kernel refuses a descriptor.
    package func mailbox() throws(StreamClosure) -> LoopMailbox {
        if let openMailbox { return openMailbox }
        let made = try LoopMailbox()
        openMailbox = made
        mailboxWatch = watch(made.descriptor, for: .read) { _ in made.deliver() }
        mailboxWatch?.isBackground = awaitingPosts.isEmpty
        return made
    }

    /// `run` goes on, and keeps `receiver`, until `postArrived`: another thread is going to post something for it.
    package func expectPost(for receiver: AnyObject) {
        awaitingPosts.append(receiver)
        mailboxWatch?.isBackground = false
    }

    package func postArrived(for receiver: AnyObject) {
        guard let index = awaitingPosts.firstIndex(where: { $0 === receiver }) else { return }
        awaitingPosts.remove(at: index)
        mailboxWatch?.isBackground = awaitingPosts.isEmpty
    }

    /// 256 KiB that every stream of this loop reads into: valid during one handler. Most of it is never touched, so
    /// a short command pays for the pages that it fills only.
    package var readBuffer: UnsafeMutableRawBufferPointer {
        if let scratch { return scratch }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
        scratch = buffer
        return buffer
    }

    /// - Returns: false when the deadline has passed or nothing is left to wait for.
    private func runBatch(until deadline: Instant?) -> Bool {
        let now = Instant.now
        if let deadline, now >= deadline { return false }
        var wake = deadline
        if !soon.isEmpty {
            wake = now
        } else if let timer = timers.first, wake.map({ timer < $0 }) ?? true {
            wake = timer
        }
        if wake == nil, !poller.isWaiting { return false }
        if poll(from: now, until: wake) { poller.dispatch() }
        if let first = timers.first, first <= now || first <= Instant.now { runTimers() }
        if !soon.isEmpty { runSoon() }
        return true
    }

    /// - Returns: whether descriptors are ready; false after an interrupting signal, too.
    private func poll(from now: Instant, until wake: Instant?) -> Bool {
        if let wake, wake <= now { return poller.wait(0) }
        if awaitedAnswers > 0, pollBriefly(from: now) { return true }
        guard let wake else { return poller.wait(-1) }
        // Rounded up: a timer may be late, never early, and the loop must not spin in its last millisecond.
        let milliseconds = (wake.nanoseconds - now.nanoseconds - 1) / 1_000_000 + 1
        return poller.wait(Int32(clamping: milliseconds))
    }

    /// Looks again and again for a moment before the thread goes to sleep: an answer of a node near by comes within
    /// some fifty microseconds, two hundred where it has not been asked for a while, and being woken takes fifty again.
    /// BEAM's schedulers wait in this way, too. Where there is one processor only, the peer may need it.
    private func pollBriefly(from now: Instant) -> Bool {
        guard !poller.isEmpty, Self.hasSeveralProcessors else { return false }
        let end = now.nanoseconds + 200_000
        while true {
            if poller.wait(0) { return true }
            if Instant.now.nanoseconds >= end { return false }
        }
    }

    private static let hasSeveralProcessors = linux_usable_processors() > 1

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
