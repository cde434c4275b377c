/// How a program ended.
package enum ProgramEnd: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)

    /// Takes wait(2)'s status word apart.
    init(waitStatus: Int32) {
        let signal = waitStatus & 0x7f
        self = signal == 0 ? .exited((waitStatus >> 8) & 0xff) : .signalled(signal)
    }
}

/// What a finished program left.
package struct CommandResult: Sendable {
    package let status: ProgramEnd
    package let standardOutputBytes: [UInt8]
    package let standardErrorBytes: [UInt8]
    /// From start to end, by the wall.
    package let seconds: Double

    package var standardOutput: String { String(decoding: standardOutputBytes, as: UTF8.self) }
    package var standardError: String { String(decoding: standardErrorBytes, as: UTF8.self) }

    /// The exit status, or nil when a signal ended it.
    package var exitStatus: Int32? { if case .exited(let code) = status { code } else { nil } }

    /// Runs a program to its end.
    /// - Parameters:
    ///   - input: all that it reads; its input is closed after that.
    ///   - seconds: after which it is killed and the call fails.
    package static func of(
        _ executable: String, _ arguments: [String] = [], input: [UInt8] = [], environment: [String: String?] = [:],
        directory: String? = nil, terminal: TerminalSize? = nil, within seconds: Double = 2 * Deadline.patience
    ) throws -> CommandResult {
        let child = try ChildProcess(
            executable, arguments, environment: environment, directory: directory, terminal: terminal)
        defer { child.terminate() }
        child.send(input)
        // Closing a terminal would hang it up: the program is to end by itself.
        if terminal == nil { child.closeInput() }
        return try child.wait(within: seconds)
    }

    /// The same; a failure when it does not end with 0.
    @discardableResult
    package static func ofSuccessful(
        _ executable: String, _ arguments: [String] = [], input: [UInt8] = [], environment: [String: String?] = [:],
        directory: String? = nil, within seconds: Double = 2 * Deadline.patience
    ) throws -> CommandResult {
        let result = try of(
            executable, arguments, input: input, environment: environment, directory: directory, within: seconds)
        guard result.exitStatus == 0 else {
            throw FixtureFailure(
                "\(executable) \(arguments): \(result.status)\n\(result.standardOutput)\(result.standardError)")
        }
        return result
    }
}
