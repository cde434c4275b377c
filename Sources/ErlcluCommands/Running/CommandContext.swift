package import ByteTransport
import ClusterAdmin

/// The world as a command sees it. Tests hand in one of their own and run commands in their own process.
package struct CommandContext {
    /// `argv`, the program's name first.
    package var arguments: [String]
    package var environment: [String: String]
    package var standardOutput: any ByteSink
    package var standardError: any ByteSink
    package var outputIsTerminal: Bool
    package var errorIsTerminal: Bool
    /// Columns of the terminal, if it tells.
    package var terminalWidth: Int?
    /// The host's name as `gethostname` gives it.
    package var hostName: String
    package var now: () -> Instant
    /// The wall clock, microseconds since the epoch.
    package var time: () -> Int
    /// Reads all of standard input.
    package var readStandardInput: () throws(FileFault) -> [UInt8]
    package var readFile: (String) throws(FileFault) -> [UInt8]
    /// Opens a file, or standard input for `-`, that is read bit by bit.
    package var openFile: (String) throws(FileFault) -> any ByteSource
    package var targets: any TargetAccess
    /// For whoever waits for a reader: does what must not wait, and says whether to wait on.
    package var whileWaiting: () -> Bool

    package init(
        arguments: [String], environment: [String: String], standardOutput: any ByteSink, standardError: any ByteSink,
        outputIsTerminal: Bool = false, errorIsTerminal: Bool = false, terminalWidth: Int? = nil, hostName: String,
        now: @escaping () -> Instant, readStandardInput: @escaping () throws(FileFault) -> [UInt8],
        readFile: @escaping (String) throws(FileFault) -> [UInt8],
        openFile: @escaping (String) throws(FileFault) -> any ByteSource = { (path) throws(FileFault) in
            try DescriptorSource(path)
        },
        targets: any TargetAccess, whileWaiting: @escaping () -> Bool = { true },
        time: @escaping () -> Int = { SystemTime.microseconds }
    ) {
        self.arguments = arguments
        self.environment = environment
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.outputIsTerminal = outputIsTerminal
        self.errorIsTerminal = errorIsTerminal
        self.terminalWidth = terminalWidth
        self.hostName = hostName
        self.now = now
        self.time = time
        self.readStandardInput = readStandardInput
        self.readFile = readFile
        self.openFile = openFile
        self.targets = targets
        self.whileWaiting = whileWaiting
    }
}

/// Why a file could not be read, in the words of strerror(3).
package struct FileFault: Error, Hashable, Sendable {
    package var reason: String
    package init(reason: String) { self.reason = reason }
}
