import ByteTransport
import Glibc

extension CommandContext {
    /// The real one: this process's arguments, environment and descriptors.
    package static var process: CommandContext {
        let environment = ProcessFacts.environment()
        let hostName = ProcessFacts.hostName()
        let loop = EventLoop()
        let output = OutputStream(STDOUT_FILENO, on: loop, endsWithReader: true)
        // Where standard output and standard error are the same file, one queue keeps their order.
        let errors = OutputStream.areSame(STDOUT_FILENO, STDERR_FILENO) ? output : OutputStream(STDERR_FILENO, on: loop)
        // A full disk, or a reader that has left where SIGPIPE is ignored: what goes on is of no use.
        output.onFailure = { _ in loop.cancelTask() }
        return CommandContext(
            arguments: CommandLine.arguments,
            environment: environment,
            standardOutput: output,
            standardError: errors,
            inputIsTerminal: isatty(STDIN_FILENO) == 1,
            outputIsTerminal: isatty(STDOUT_FILENO) == 1,
            errorIsTerminal: isatty(STDERR_FILENO) == 1,
            terminalWidth: width(of: STDOUT_FILENO) ?? width(of: STDERR_FILENO),
            hostName: hostName,
            now: { Instant.now },
            readFile: { (path, deadline) async throws(FileFault) in try await InputFile.read(path, until: deadline) },
            targets: LiveNodeAccess(environment: environment, hostName: hostName, loop: loop), loop: loop)
    }

    private static func width(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
