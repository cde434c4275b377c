import Glibc

/// The wall clock.
enum SystemTime {
    /// Seconds since 1970, UTC.
    static var seconds: Int { time(nil) }
}
