package import ByteTransport
import ClusterAdmin

/// Reads a whole file.
package typealias FileReading = @LoopActor (_ path: String, _ deadline: Instant?) async throws(FileFault) -> [UInt8]

/// The world as a command sees it. Tests hand in one of their own and run commands in their own process.
package struct CommandContext {
    /// `argv`, the program's name first.
    package var arguments: [String]
    package var environment: [String: String]
    package var standardOutput: any ByteSink
    package var standardError: any ByteSink
    package var inputIsTerminal: Bool
    package var outputIsTerminal: Bool
    package var errorIsTerminal: Bool
    /// Columns of the terminal, if they are known.
    package var terminalWidth: Int?
    /// The host's name as `gethostname` gives it.
    package var hostName: String
    package var now: () -> Instant
    /// The wall clock, microseconds since the epoch.
    package var time: () -> Int
    /// Reads all of a file, or of standard input for `-`, until a moment (nil: as long as it takes).
    package var readFile: FileReading
    /// Opens a file, or standard input for `-`, that is read bit by bit.
    package var openFile: (String) throws(FileFault) -> any ByteSource
    package var targets: any NodeAccess
    /// That the command runs on.
    package var loop: EventLoop

    package init(
        arguments: [String], environment: [String: String], standardOutput: any ByteSink, standardError: any ByteSink,
        inputIsTerminal: Bool = false, outputIsTerminal: Bool = false, errorIsTerminal: Bool = false,
        terminalWidth: Int? = nil, hostName: String,
        now: @escaping () -> Instant, readFile: @escaping FileReading,
        openFile: @escaping (String) throws(FileFault) -> any ByteSource = { (path) throws(FileFault) in
            try DescriptorSource(path)
        },
        targets: any NodeAccess, loop: EventLoop,
        time: @escaping () -> Int = { SystemTime.microseconds }
    ) {
        self.arguments = arguments
        self.environment = environment
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.inputIsTerminal = inputIsTerminal
        self.outputIsTerminal = outputIsTerminal
        self.errorIsTerminal = errorIsTerminal
        self.terminalWidth = terminalWidth
        self.hostName = hostName
        self.now = now
        self.time = time
        self.readFile = readFile
        self.openFile = openFile
        self.targets = targets
        self.loop = loop
    }
}

/// Why a file could not be read, in the words of strerror(3).
package struct FileFault: Error, Hashable, Sendable {
    package var reason: String
    /// The time was over before its end.
    package var isLate = false

    package init(reason: String, isLate: Bool = false) {
        self.reason = reason
        self.isLate = isLate
    }
}
