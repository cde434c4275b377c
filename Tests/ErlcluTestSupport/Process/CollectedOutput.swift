import Foundation
import Glibc

/// Everything that came out of a descriptor, read by a thread of its own until the end. Closes the descriptor.
final class CollectedOutput: @unchecked Sendable {
    private let condition = NSCondition()
    private var collected: [UInt8] = []
    private var ended = false

    init(descriptor: Int32) {
        Thread.detachNewThread { [self] in
            var buffer = [UInt8](repeating: 0, count: 65536)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                condition.lock()
                if count > 0 { collected.append(contentsOf: buffer[..<count]) } else { ended = true }
                condition.broadcast()
                condition.unlock()
                // A terminal's master fails with EIO when the last holder of the other side is gone.
                if count <= 0 { break }
            }
            Glibc.close(descriptor)
        }
    }

    var bytes: [UInt8] {
        condition.lock()
        defer { condition.unlock() }
        return collected
    }

    /// Waits until `predicate` holds of all bytes so far, or the end, or the deadline.
    /// - Returns: whether the predicate holds.
    func wait(until deadline: Deadline, _ predicate: ([UInt8]) -> Bool) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if predicate(collected) { return true }
            if ended || deadline.hasPassed { return false }
            _ = condition.wait(until: Date(timeIntervalSinceNow: deadline.secondsLeft))
        }
    }

    /// - Returns: whether the end was reached in time.
    func waitForEnd(until deadline: Deadline) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while !ended, !deadline.hasPassed {
            _ = condition.wait(until: Date(timeIntervalSinceNow: deadline.secondsLeft))
        }
        return ended
    }
}
