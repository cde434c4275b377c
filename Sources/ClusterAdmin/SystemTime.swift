import Glibc

/// The wall clock.
package enum SystemTime {
    /// Seconds since 1970, UTC.
    static var seconds: Int { time(nil) }

    /// Microseconds since 1970, UTC.
    package static var microseconds: Int {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return now.tv_sec * 1_000_000 + now.tv_nsec / 1000
    }

    /// A node's own time in microseconds since 1970; nil for what no clock shows before the year 4253, so that nobody
    /// has to fear the sums that are made of it.
    static func plausible(_ microseconds: Int?) -> Int? {
        microseconds.flatMap { (0..<(1 << 56)).contains($0) ? $0 : nil }
    }
}
