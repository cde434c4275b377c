import Foundation
package import Glibc

/// A running program whose output is collected. It and everything it started die with `terminate`, with the last
/// reference, and with this process.
package final class ChildProcess: @unchecked Sendable {
    package let processIdentifier: pid_t
    private let output: CollectedOutput
    private let errors: CollectedOutput
    private let ending: ProcessEnding
    private let lock = NSLock()
    private var inputDescriptor: Int32

    /// - Parameters:
    ///   - executable: a path, or a name looked up in PATH.
    ///   - environment: changes to this process's environment; nil as a value removes the variable.
    ///   - terminal: gives the program a pseudo-terminal of this size as input, output and errors; all that it
    ///     prints is then in `standardOutput`.
    ///   - descriptors: (ours, theirs) pairs beyond 0, 1, 2; ours stay the caller's.
    package init(
        _ executable: String, _ arguments: [String] = [], environment: [String: String?] = [:],
        directory: String? = nil, terminal: TerminalSize? = nil, descriptors: [(Int32, Int32)] = []
    ) throws {
        var variables = ProcessInfo.processInfo.environment
        for (name, value) in environment { variables[name] = value }
        if let terminal {
            let pseudo = try PseudoTerminal(size: terminal)
            processIdentifier = try SpawnedProgram.start(
                executable, arguments, environment: variables, directory: directory, descriptors: descriptors,
                terminal: pseudo.slavePath)
            inputDescriptor = fcntl(pseudo.master, F_DUPFD_CLOEXEC, 20)
            output = CollectedOutput(descriptor: pseudo.master)
            errors = CollectedOutput(descriptor: -1)
        } else {
            let (input, out, err) = (try Pipe(), try Pipe(), try Pipe())
            defer { for end in [input.reading, out.writing, err.writing] { close(end) } }
            processIdentifier = try SpawnedProgram.start(
                executable, arguments, environment: variables, directory: directory,
                descriptors: [(input.reading, 0), (out.writing, 1), (err.writing, 2)] + descriptors)
            inputDescriptor = input.writing
            output = CollectedOutput(descriptor: out.reading)
            errors = CollectedOutput(descriptor: err.reading)
        }
        _ = Self.ignoreBrokenPipes
        ending = ProcessEnding(of: processIdentifier)
    }

    deinit { terminate() }

    /// What it has printed so far.
    package var standardOutput: String { String(decoding: output.bytes, as: UTF8.self) }
    package var standardOutputBytes: [UInt8] { output.bytes }
    package var standardError: String { String(decoding: errors.bytes, as: UTF8.self) }

    package var isRunning: Bool { ending.known == nil }

    package func send(_ text: String) { send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) {
        let descriptor = lock.withLock { inputDescriptor }
        if descriptor >= 0 { writeAll(bytes, to: descriptor) }
    }

    package func closeInput() {
        lock.withLock {
            if inputDescriptor >= 0 { close(inputDescriptor) }
            inputDescriptor = -1
        }
    }

    /// Sends a signal to the program alone.
    package func signal(_ number: Int32) { ending.signal(number, group: false) }

    /// Waits until `text` has been printed on standard output (or on standard error).
    /// - Returns: whether it was.
    package func waitForOutput(
        containing text: String, onError: Bool = false, within seconds: Double = Deadline.patience
    ) -> Bool {
        let wanted = Array(text.utf8)
        return (onError ? errors : output).wait(until: .after(seconds: seconds)) { $0.contains(subsequence: wanted) }
    }

    /// Waits for the end, and gives all that it said. Kills it when `seconds` have passed.
    package func wait(within seconds: Double = 2 * Deadline.patience) throws -> CommandResult {
        guard let facts = ending.wait(until: .after(seconds: seconds)) else {
            terminate()
            throw FixtureFailure(
                "still running after \(seconds) s\nstdout: \(standardOutput)\nstderr: \(standardError)")
        }
        let closing = Deadline.after(seconds: Deadline.patience)
        _ = output.waitForEnd(until: closing) && errors.waitForEnd(until: closing)
        return CommandResult(
            status: facts.status, standardOutputBytes: output.bytes, standardErrorBytes: errors.bytes,
            seconds: facts.seconds)
    }

    /// Kills it and everything it started, and waits until it is gone. Idempotent.
    package func terminate() {
        ending.signal(SIGKILL, group: true)
        _ = ending.wait(until: .after(seconds: Deadline.patience))
        closeInput()
    }

    private static let ignoreBrokenPipes: Void = { _ = Glibc.signal(SIGPIPE, SIG_IGN) }()
}

extension [UInt8] {
    func contains(subsequence: [UInt8]) -> Bool {
        guard let first = subsequence.first, count >= subsequence.count else { return subsequence.isEmpty }
        return (0...(count - subsequence.count)).contains { start in
            self[start] == first && self[start..<start + subsequence.count].elementsEqual(subsequence)
        }
    }
}
