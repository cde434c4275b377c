/// Cancels its timer; forgetting the handle does not.
package struct TimerHandle {
    let timer: LoopTimer

    package func cancel() { timer.action = nil }
}

/// A timer of a loop; without an action it is cancelled or has fired.
final class LoopTimer {
    let instant: Instant
    let sequence: UInt64
    var action: (() -> Void)?

    init(instant: Instant, sequence: UInt64, action: @escaping () -> Void) {
        self.instant = instant
        self.sequence = sequence
        self.action = action
    }
}

/// A binary heap by instant, then by order of insertion. Cancelled timers leave it when they come up, or all at once
/// when they are the majority: a connection that sets a timer for each request cannot fill it.
struct TimerHeap {
    private var heap: [LoopTimer] = []
    private(set) var nextSequence: UInt64 = 0
    private var compactionSize = 64

    var count: Int { heap.count }

    mutating func insert(at instant: Instant, _ action: @escaping () -> Void) -> LoopTimer {
        if heap.count >= compactionSize { compact() }
        let timer = LoopTimer(instant: instant, sequence: nextSequence, action: action)
        nextSequence += 1
        heap.append(timer)
        siftUp(heap.count - 1)
        return timer
    }

    /// When the first timer is due that is not cancelled.
    var first: Instant? {
        mutating get {
            while let top = heap.first, top.action == nil { removeTop() }
            return heap.first?.instant
        }
    }

    /// Takes out the next action that is due at `now`, of those inserted before the sequence number `limit`.
    mutating func popDue(_ now: Instant, before limit: UInt64) -> (() -> Void)? {
        guard let due = first, due <= now, let top = heap.first, top.sequence < limit else { return nil }
        removeTop()
        defer { top.action = nil }
        return top.action
    }

    private mutating func compact() {
        heap.removeAll { $0.action == nil }
        heap.sort(by: Self.isBefore)
        compactionSize = max(64, heap.count * 2)
    }

    private mutating func removeTop() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        siftDown()
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        while index > 0, Self.isBefore(heap[index], heap[(index - 1) / 2]) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func siftDown() {
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < heap.count && Self.isBefore(heap[child], heap[least]) {
                least = child
            }
            if least == index { return }
            heap.swapAt(index, least)
            index = least
        }
    }

    private static func isBefore(_ left: LoopTimer, _ right: LoopTimer) -> Bool {
        (left.instant, left.sequence) < (right.instant, right.sequence)
    }
}
