import Diagnosis
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

    /// A node's own time in microseconds since 1970; nil beyond the year 9999.
    static func plausible(_ microseconds: Int?) -> Int? {
        microseconds.flatMap { $0 >= 0 && UTCTime.microsecondRange.contains($0) ? $0 : nil }
    }
}
