import ByteTransport
import Glibc

extension CommandContext {
    /// The real one: this process's arguments, environment and descriptors.
    package static var process: CommandContext {
        let environment = processEnvironment()
        let hostName = processHostName()
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
            outputIsTerminal: isatty(STDOUT_FILENO) == 1,
            errorIsTerminal: isatty(STDERR_FILENO) == 1,
            terminalWidth: width(of: STDOUT_FILENO) ?? width(of: STDERR_FILENO),
            hostName: hostName,
            now: { Instant.now },
            readFile: { (path, deadline) async throws(FileFault) in try await InputFile.read(path, until: deadline) },
            targets: LiveNodeAccess(environment: environment, hostName: hostName, loop: loop), loop: loop)
    }

    private static func processEnvironment() -> [String: String] {
        var entry: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = environ
        var count = 0
        while entry[count] != nil { count += 1 }
        // Growing by and by would hash every name three times.
        var environment = [String: String](minimumCapacity: count)
        while let text = entry.pointee {
            // Not by String's own search, which goes by characters and took a tenth of the program's start.
            if let equals = strchr(text, Int32(UInt8(ascii: "="))) {
                let name = UnsafeRawBufferPointer(start: text, count: equals - text)
                environment[String(decoding: name, as: UTF8.self)] = String(cString: equals + 1)
            }
            entry += 1
        }
        return environment
    }

    private static func processHostName() -> String {
        var names = utsname()
        guard uname(&names) == 0 else { return "localhost" }
        return withUnsafeBytes(of: &names.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static func width(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
