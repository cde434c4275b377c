import Glibc

/// What this process takes (proc(5)).
struct ProcessUsage {
    var processorSeconds: Double
    var residentBytes: Int
    var openDescriptors: Int

    /// - Returns: nil where /proc is not there.
    init?() {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0, let directory = opendir("/proc/self/fd")
        else { return nil }
        defer { closedir(directory) }
        // The directory itself, and the two that every directory has.
        openDescriptors = -3
        while readdir(directory) != nil { openDescriptors += 1 }
        processorSeconds = [usage.ru_utime, usage.ru_stime].reduce(0) {
            $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
        }
        guard let file = fopen("/proc/self/statm", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, Int32(line.count), file) != nil else { return nil }
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let words = text.split(separator: " ")
        guard words.count > 1, let pages = Int(words[1]) else { return nil }
        residentBytes = pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
