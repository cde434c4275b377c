import ByteTransport
import Glibc

/// Reads whole files that a person named.
enum InputFile {
    /// More than any expression or term that is typed or generated; it keeps `eval -f /dev/zero` from eating the host.
    static let limit = 256 << 20

    /// Reads a file, or standard input for `-`. It may be a pipe or a terminal: the loop waits for those.
    @LoopActor
    static func read(_ path: String, until deadline: Instant?) async throws(FileFault) -> [UInt8] {
        if path == "-" { return try await read(STDIN_FILENO, until: deadline) }
        // A FIFO is opened though nobody writes to it yet.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileFault(reason: SystemError.text(errno)) }
        defer { close(descriptor) }
        return try await read(descriptor, until: deadline)
    }

    @LoopActor
    private static func read(_ descriptor: Int32, until deadline: Instant?) async throws(FileFault) -> [UInt8] {
        var bytes: [UInt8] = []
        var facts = stat()
        let isRegular = fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
        // Files have a known size; an array that grows would take room for its old and its new self.
        if isRegular { bytes.reserveCapacity(min(Int(facts.st_size), limit)) }
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            if !isRegular, !(await awaitReadable(descriptor, until: deadline)) { throw late }
            if let deadline, .now >= deadline { throw late }
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                throw FileFault(reason: SystemError.text(errno))
            }
            bytes.append(contentsOf: chunk[..<count])
            if bytes.count > limit { throw FileFault(reason: "it is larger than \(limit >> 20) MiB") }
        }
    }

    /// Reads a regular file of this program's own, which makes nobody wait.
    static func readOwn(_ path: String) throws(FileFault) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileFault(reason: SystemError.text(errno)) }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw FileFault(reason: "it is no regular file")
        }
        var bytes = [UInt8](repeating: 0, count: min(Int(facts.st_size), limit))
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw FileFault(reason: SystemError.text(errno)) }
        return Array(bytes[..<count])
    }

    private static var late: FileFault { FileFault(reason: "the deadline passed before its end", isLate: true) }
}
