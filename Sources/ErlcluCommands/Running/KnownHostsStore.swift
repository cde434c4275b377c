import ByteTransport
import Glibc
import ReleaseFiles

/// Writes our file of known host keys: for its owner only, in a folder for its owner only.
enum KnownHostsStore {
    /// Adds lines with one write at the end, so that others who do the same at that time do not mix with it.
    @LoopActor
    static func add(_ lines: [KnownHostsLine], to path: String) async throws(CommandFailure) {
        guard !lines.isEmpty else { return }
        var text = try text(of: lines, path)
        makeFolder(of: path)
        let descriptor = try await locked(path)
        defer { close(descriptor) }
        // A last line without an end would take the new one into itself.
        if let last = lastByte(of: path), last != UInt8(ascii: "\n") { text = "\n" + text }
        try write(Array(text.utf8), to: descriptor, path)
    }

    /// Puts lines in place of all that is known of a name; the file is the old one or the new one at each moment.
    @LoopActor
    static func replace(
        _ name: String, by lines: [KnownHostsLine], in path: String
    ) async throws(CommandFailure) {
        // Whoever may not add to it may not replace it either. Nobody adds to the one that is read here.
        let lock = try await locked(path)
        defer { close(lock) }
        let old: [UInt8]
        do throws(FileFailure) { old = try SystemFiles().read(path) } catch {
            throw .output("\(path): \(error.reason)")
        }
        var new = KnownHostsLine.removing(name, from: old, path: path)
        if let last = new.last, last != UInt8(ascii: "\n") { new.append(UInt8(ascii: "\n")) }
        new += Array(try text(of: lines, path).utf8)
        let draft = "\(path).\(getpid())"
        let descriptor = try open(draft, .anew)
        do throws(CommandFailure) {
            defer { close(descriptor) }
            try write(new, to: descriptor, draft)
            guard fsync(descriptor) == 0, rename(draft, path) == 0 else {
                throw .output("\(path): \(SystemError.text(errno))")
            }
        } catch {
            unlink(draft)
            throw error
        }
    }

    /// The file as it stands at its path, for appending, and nobody else's until the descriptor is closed.
    @LoopActor
    private static func locked(_ path: String) async throws(CommandFailure) -> Int32 {
        let end = Instant.now + patience
        while true {
            let descriptor = try open(path, .appended)
            let isTaken = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
            // Where a file system has no locks one write at the end is the best there is. One that was replaced while we
            // waited is not the file any more.
            if !isTaken, isStill(descriptor, at: path) { return descriptor }
            close(descriptor)
            guard await sleep(for: .milliseconds(10)), Instant.now < end else {
                throw .output("\(path): another process is writing it, and does not end")
            }
        }
    }

    private static let patience = Duration.seconds(2)

    private static func isStill(_ descriptor: Int32, at path: String) -> Bool {
        var (opened, named) = (stat(), stat())
        guard fstat(descriptor, &opened) == 0, stat(path, &named) == 0 else { return false }
        return opened.st_dev == named.st_dev && opened.st_ino == named.st_ino
    }

    private static func text(of lines: [KnownHostsLine], _ path: String) throws(CommandFailure) -> String {
        var text = ""
        for line in lines {
            guard let written = line.text(salt: salt()) else {
                throw .output("\(path): '\(line.name)' cannot stand in a file of known hosts")
            }
            text += written
        }
        return text
    }

    private static func salt() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<20).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    private static func open(_ path: String, _ start: PrivateFile.Start) throws(CommandFailure) -> Int32 {
        do throws(PrivateFile.Refusal) { return try PrivateFile.open(path, start) } catch {
            throw .output("\(path): \(error)")
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(CommandFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw .output("\(path): \(SystemError.text(errno))")
            }
            rest = rest.dropFirst(count)
        }
    }

    private static func lastByte(of path: String) -> UInt8? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var byte: UInt8 = 0
        guard lseek(descriptor, -1, SEEK_END) >= 0, Glibc.read(descriptor, &byte, 1) == 1 else { return nil }
        return byte
    }

    /// What is missing of the way there; where that fails, opening the file says why.
    private static func makeFolder(of path: String) {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        guard !folder.isEmpty, access(folder, F_OK) != 0 else { return }
        makeFolder(of: folder)
        mkdir(folder, 0o700)
    }
}
