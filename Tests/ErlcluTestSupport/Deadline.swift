import Glibc

/// A moment on the monotonic clock by which something must have happened.
package struct Deadline: Sendable {
    /// Seconds within which a busy machine does what it does at once otherwise; by default nodes miss each other later.
    package static let patience = 40.0

    private let nanoseconds: UInt64

    package static func after(seconds: Double) -> Deadline {
        Deadline(nanoseconds: monotonicNanoseconds() + UInt64(max(0, seconds) * 1e9))
    }

    package var secondsLeft: Double {
        let now = monotonicNanoseconds()
        return now >= nanoseconds ? 0 : Double(nanoseconds - now) / 1e9
    }

    package var hasPassed: Bool { secondsLeft == 0 }

    /// What poll(2) takes: at least 1 while time is left, so that a loop does not spin.
    var pollMilliseconds: Int32 { hasPassed ? 0 : Int32(min(secondsLeft * 1000 + 1, 3_600_000)) }
}

/// Nanoseconds of CLOCK_MONOTONIC.
func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// Asks `condition` again and again until it holds or `seconds` have passed: after 5 ms at first, and every 50 ms later, as
/// many conditions start a program that keeps a processor busy.
/// - Returns: whether it held.
package func eventually(within seconds: Double = Deadline.patience, _ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = Deadline.after(seconds: seconds)
    var pause: UInt32 = 5000
    while true {
        if try condition() { return true }
        if deadline.hasPassed { return false }
        usleep(pause)
        pause = min(pause + pause / 4, 50_000)
    }
}
