import ErlcluTestSupport
import Foundation

/// The tool in a pipe whose reader takes one byte, and the rest when it is told to.
struct SlowReader {
    private let shell: ChildProcess

    init(_ tool: NodeTool, _ arguments: String...) throws {
        shell = try ChildProcess(
            "bash",
            [
                "-c",
                """
                exec 3<&0
                { \(tool.shellCommand(arguments)) & echo "pid $!." >&2; wait $!; echo "status $?." >&2; } | {
                    dd bs=1 count=1 of=/dev/null 2>/dev/null
                    echo started.
                    read <&3
                    wc -c
                }
                """,
            ], environment: tool.environment)
    }

    /// Waits until the first byte has come, and it is known which process has written it.
    func waitForStart() -> Bool {
        shell.waitForOutput(containing: "started.") && shell.waitForOutput(containing: ".", onError: true)
    }

    /// Waits until the tool has filled the pipe and waits for its reader.
    /// - Returns: whether it does.
    func waitForRest() throws -> Bool {
        guard waitForStart() else { return false }
        var seen: [String] = []
        return try eventually {
            seen = try seen.suffix(100) + [ProcessFigures.processorTicks(of: tool)]
            // Half a second, in which a busy machine, too, lets it run.
            return seen.count > 100 && Set(seen).count == 1
        }
    }

    /// The largest resident set of the tool so far, in bytes.
    func peakMemory() throws -> Int { try ProcessFigures.peakMemory(of: tool) }

    private var tool: pid_t {
        pid_t(shell.standardError.components(separatedBy: "pid ").last?.prefix { $0 != "." } ?? "") ?? 0
    }

    /// Lets the reader go on to the end.
    /// - Returns: how many bytes there were behind the first, and what was on standard error.
    func finish(within seconds: Double = 2 * Deadline.patience) throws -> (count: Int?, errors: String) {
        shell.send("go\n")
        let result = try shell.wait(within: seconds)
        let count = result.standardOutput.split(separator: "\n").last.flatMap { Int($0) }
        let errors = result.standardError.split(separator: "\n").filter { !$0.hasPrefix("pid ") }
        return (count, errors.joined(separator: "\n"))
    }
}
