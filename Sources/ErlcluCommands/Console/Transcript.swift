import ByteTransport
import Glibc
import Presentation

/// A file that gets what was entered (`>`) and printed (`<`), a line a line, with the time in UTC. Nothing in it can
/// move a cursor. Passwords are not entered here.
final class Transcript {
    /// A line without an end is cut here.
    private static let lineLimit = 64 << 10

    private let file: OutputFile
    private var printed: [UInt8] = []
    /// Why it could not be written, with its path; nil so far. Nothing is written after it.
    var fault: String? { file.fault }

    init(_ path: String, on loop: EventLoop) throws(CommandFailure) { file = try OutputFile(path, .appended, on: loop) }

    /// Writes what has no line end yet, and waits until all is written.
    /// - Parameter isHurried: whether a reader that takes nothing is given up soon, where the file is a pipe.
    @LoopActor
    func finish(isHurried: Bool) async {
        if !printed.isEmpty { write("<", printed[...]) }
        printed = []
        await file.finish(isHurried: isHurried)
    }

    func entered(_ text: String) {
        for line in text.split(separator: "\n") { write(">", ArraySlice(line.utf8)) }
    }

    func printed(_ text: [UInt8]) {
        printed += text
        var start = 0
        while let end = printed[start...].firstIndex(of: 0x0A) {
            write("<", printed[start..<end])
            start = end + 1
        }
        printed.removeFirst(start)
        if printed.count > Self.lineLimit {
            write("<", printed[...])
            printed = []
        }
    }

    private func write(_ mark: String, _ line: ArraySlice<UInt8>) {
        let text = TerminalText.escaped(Array(line), keepingLines: false)
        file.add(Array("\(Self.now) \(mark) \(text)\n".utf8))
    }

    /// As `2026-01-31T23:59:59.123Z`.
    private static var now: String {
        var clock = timespec()
        clock_gettime(CLOCK_REALTIME, &clock)
        var parts = tm()
        gmtime_r(&clock.tv_sec, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%S", &parts)
        let milliseconds = String(clock.tv_nsec / 1_000_000 + 1000).dropFirst()
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) + ".\(milliseconds)Z"
    }
}
