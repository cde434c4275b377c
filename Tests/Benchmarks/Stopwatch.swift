import Glibc

/// The times of so many runs of `body`, in microseconds, after one that is not counted.
func microseconds(of runs: Int, _ body: () -> Int) -> [Double] {
    var checksum = body()
    var times: [Double] = []
    for _ in 0..<runs {
        let start = nanoseconds()
        checksum ^= body()
        times.append(Double(nanoseconds() - start) / 1000)
    }
    // A use of the results that the compiler cannot see through: without one it might leave the work out.
    if checksum == 0x5eed_5eed { complain("\n") }
    return times
}

func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// To standard error; `stderr` itself is a mutable global, which Swift 6 refuses.
func complain(_ text: String) { _ = write(STDERR_FILENO, text, text.utf8.count) }

func contents(of path: String) throws -> [UInt8] {
    guard let file = fopen(path, "r") else { throw BenchmarkFailure.unreadable(path) }
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    let count = ftell(file)
    rewind(file)
    return [UInt8](unsafeUninitializedCapacity: count) { $1 = fread($0.baseAddress, 1, count, file) }
}

enum BenchmarkFailure: Error {
    case unreadable(String)
    case noAnswer
    case noTerminal
}
