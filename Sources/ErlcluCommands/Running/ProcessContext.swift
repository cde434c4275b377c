import ByteTransport
import Glibc

extension CommandContext {
    /// The real one: this process's arguments, environment and descriptors.
    package static var process: CommandContext {
        let environment = processEnvironment()
        let hostName = processHostName()
        let loop = EventLoop()
        return CommandContext(
            arguments: CommandLine.arguments,
            environment: environment,
            standardOutput: DescriptorSink(STDOUT_FILENO) { loop.handlerWaits() },
            standardError: DescriptorSink(STDERR_FILENO) { loop.handlerWaits() },
            outputIsTerminal: isatty(STDOUT_FILENO) == 1,
            errorIsTerminal: isatty(STDERR_FILENO) == 1,
            terminalWidth: width(of: STDOUT_FILENO) ?? width(of: STDERR_FILENO),
            hostName: hostName,
            now: { Instant.now },
            readStandardInput: { () throws(FileFault) in try InputFile.read(STDIN_FILENO) },
            readFile: { (path) throws(FileFault) in try InputFile.read(path) },
            targets: ProcessTargets(environment: environment, hostName: hostName, loop: loop),
            whileWaiting: { loop.handlerWaits() })
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

/// Reads whole files that a person named.
enum InputFile {
    /// More than any expression or term that is typed or generated; it keeps `eval -f /dev/zero` from eating the host.
    static let limit = 256 << 20

    static func read(_ path: String) throws(FileFault) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFault(reason: SystemError.text(errno)) }
        defer { close(descriptor) }
        return try read(descriptor)
    }

    static func read(_ descriptor: Int32) throws(FileFault) -> [UInt8] {
        var bytes: [UInt8] = []
        var facts = stat()
        // Files tell their size; an array that grows would take room for its old and its new self.
        if fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG {
            bytes.reserveCapacity(min(Int(facts.st_size), limit))
        }
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileFault(reason: SystemError.text(errno))
            }
            bytes.append(contentsOf: chunk[..<count])
            if bytes.count > limit { throw FileFault(reason: "it is larger than \(limit >> 20) MiB") }
        }
    }
}
