import Foundation

/// What the kernel counts of a running program.
enum ProcessFigures {
    /// - Returns: the largest resident set so far, in bytes.
    static func peakMemory(of process: pid_t) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (Int(line.filter(\.isNumber)) ?? 0) << 10
    }

    /// - Returns: user and system time so far, in ticks of the kernel's clock.
    static func processorTicks(of process: pid_t) throws -> String {
        let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return text.split(separator: " ")[13...14].joined(separator: " ")
    }
}
