import Glibc

/// What a piece of work takes of the processor, so that a busy machine is no matter.
package enum ProcessorTime {
    /// - Returns: seconds of this thread.
    package static func of(_ body: () throws -> Void) rethrows -> Double {
        let start = now
        try body()
        return now - start
    }

    private static var now: Double {
        var moment = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &moment)
        return Double(moment.tv_sec) + Double(moment.tv_nsec) / 1e9
    }
}
