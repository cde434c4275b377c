/// A moment of the monotonic clock, in nanoseconds; meaningful within one process only.
package struct Instant: Hashable, Comparable, Sendable {
    package var nanoseconds: UInt64

    package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// `duration` is not negative.
    package static func + (instant: Instant, duration: Duration) -> Instant {
        let (seconds, attoseconds) = duration.components
        return Instant(
            nanoseconds: instant.nanoseconds &+ UInt64(seconds) &* 1_000_000_000 &+ UInt64(attoseconds / 1_000_000_000))
    }

    /// The time from here to `other`; negative when that is earlier.
    package func duration(to other: Instant) -> Duration {
        other < self
            ? .zero - .nanoseconds(nanoseconds - other.nanoseconds) : .nanoseconds(other.nanoseconds - nanoseconds)
    }
}
