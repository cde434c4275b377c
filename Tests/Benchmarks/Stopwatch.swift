import Glibc

/// The median of so many runs of `body`, in microseconds, after one that is not counted.
func median(of runs: Int, _ body: () -> Int) -> Int {
    var checksum = body()
    var times: [UInt64] = []
    for _ in 0..<runs {
        let start = nanoseconds()
        checksum ^= body()
        times.append(nanoseconds() - start)
    }
    // A use of the results that the compiler cannot see through: without one it might leave the work out.
    if checksum == 0x5eed_5eed { complain("\n") }
    times.sort()
    return Int(times[times.count / 2] / 1000)
}

private func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// To standard error; `stderr` itself is a mutable global, which Swift 6 refuses.
func complain(_ text: StaticString) { _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount) }
