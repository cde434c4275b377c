import Foundation

/// The largest resident set of a program, by looking every millisecond as long as it runs.
///
/// What wait4(2) tells is no measure here: a program that is started from a large one begins with that one's peak.
package final class PeakMemory: @unchecked Sendable {
    // `lock` guards it: the thread that looks writes it, anybody reads it.
    private var largest = 0
    private let lock = NSLock()

    /// Looks until the program has ended.
    package init(of child: ChildProcess) {
        let path = "/proc/\(child.processIdentifier)/status"
        Thread.detachNewThread { [weak self, weak child] in
            while let self, let child, child.isRunning {
                if let found = Self.highWater(path) { lock.withLock { largest = max(largest, found) } }
                usleep(1000)
            }
        }
    }

    /// In bytes; 0 when the program ended before the first look.
    package var bytes: Int { lock.withLock { largest } }

    /// VmHWM, which belongs to the program that runs now and not to what started it.
    private static func highWater(_ path: String) -> Int? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({
                Int($0)
            })
        else { return nil }
        return kilobytes * 1024
    }
}
