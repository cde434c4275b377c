import CProcessStart
import Glibc

/// A shell on a terminal, as a person sees it: how long it takes to the prompt, to an answer, to the end of a print.
final class ConsoleBenchmark {
    private let process: pid_t
    private let terminal: Int32
    private let start = nanoseconds()
    /// What was printed since the last request, or the end of it.
    private var printed: [UInt8] = []
    private var chunk = [UInt8](repeating: 0, count: 64 << 10)

    /// Starts `command` on a terminal of its own.
    init(_ command: ArraySlice<String>) throws {
        var master: Int32 = -1
        var path = [CChar](repeating: 0, count: 128)
        guard let program = command.first, CProcessStart_open_terminal(24, 80, &master, &path, path.count) == 0 else {
            throw BenchmarkFailure.noTerminal
        }
        var argv = command.map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        var child: pid_t = 0
        guard CProcessStart_spawn(&child, program, &argv, environ, [], 0, path, nil) == 0 else {
            throw BenchmarkFailure.noTerminal
        }
        (process, terminal) = (child, master)
    }

    deinit {
        kill(-process, SIGKILL)
        waitpid(process, nil, 0)
        close(terminal)
    }

    /// - Returns: microseconds from the start of the process to the first prompt.
    func prompt() throws -> Double {
        try read(until: ")1> ", from: start)
    }

    /// - Returns: microseconds from Enter to the answer of `1+1.`.
    func answer() throws -> Double {
        try enter("1+1.", until: "\n2\r\n")
    }

    /// Has a long list printed in full, into a file.
    /// - Returns: microseconds from Enter to its end.
    func list(to file: String) throws -> Double {
        let output = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw BenchmarkFailure.unreadable(file) }
        defer { close(output) }
        return try enter("rp(lists:seq(1,200000)).", until: "200000]\r\nok\r\n", to: output)
    }

    // MARK: a whole screen

    /// - Returns: microseconds from the start of the process until its terminal got `text`.
    func screen(_ text: String) throws -> Double { try read(until: text, from: start) }

    /// - Returns: microseconds from a key to the first bytes that the terminal gets for it.
    func key(_ key: String) throws -> Double {
        try waitForSilence()
        let start = nanoseconds()
        write(key)
        guard try readSome(within: 60_000) != nil else { throw BenchmarkFailure.noAnswer }
        return Double(nanoseconds() - start) / 1000
    }

    /// Leaves it alone.
    /// - Returns: bytes that the terminal got in a second, and the share of a processor that the process took, in percent.
    func rest(seconds: Int) throws -> (bytes: Double, share: Double) {
        try waitForSilence()
        let (start, before) = (nanoseconds(), processorTime)
        let end = start + UInt64(seconds) * 1_000_000_000
        var bytes = 0
        while nanoseconds() < end { bytes += try readSome(within: 100) ?? 0 }
        let time = Double(nanoseconds() - start) / 1e9
        return (Double(bytes) / time, 100 * (processorTime - before) / time)
    }

    /// Seconds, by proc(5): user and system time in ticks.
    private var processorTime: Double {
        guard let file = fopen("/proc/\(process)/stat", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 4096)
        guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // Behind the name, which may hold blanks: state, and so on; the times are the 14th and 15th of all.
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private func enter(_ line: String, until end: String, to output: Int32? = nil) throws -> Double {
        try waitForSilence()
        write(line)
        try waitForSilence()
        let start = nanoseconds()
        write("\r")
        return try read(until: end, from: start, to: output)
    }

    private func write(_ text: String) {
        printed = []
        _ = text.withCString { Glibc.write(terminal, $0, text.utf8.count) }
    }

    private func waitForSilence() throws {
        while try readSome(within: 100) != nil {}
    }

    private func read(until text: String, from start: UInt64, to output: Int32? = nil) throws -> Double {
        let wanted = Array(text.utf8)
        while true {
            guard let count = try readSome(within: 60_000) else { throw BenchmarkFailure.noAnswer }
            let end = nanoseconds()
            if let output { _ = Glibc.write(output, chunk, count) }
            if printed.contains(wanted) { return Double(end - start) / 1000 }
            if printed.count > 4096 { printed.removeFirst(printed.count - 1024) }
        }
    }

    /// - Returns: how many bytes came; nil when none did in so many milliseconds.
    private func readSome(within milliseconds: Int32) throws -> Int? {
        var polled = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
        guard poll(&polled, 1, milliseconds) > 0 else { return nil }
        let count = Glibc.read(terminal, &chunk, chunk.count)
        guard count > 0 else { throw BenchmarkFailure.noAnswer }
        printed += chunk[..<count]
        return count
    }
}

extension [UInt8] {
    fileprivate func contains(_ wanted: [UInt8]) -> Bool {
        guard let first = wanted.first, count >= wanted.count else { return false }
        return (0...count - wanted.count).contains {
            self[$0] == first && self[$0..<$0 + wanted.count].elementsEqual(wanted)
        }
    }
}
