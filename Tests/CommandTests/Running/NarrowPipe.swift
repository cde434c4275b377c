import ErlcluTestSupport
import Foundation

/// A pipe with a name, and room for one write: what comes next waits until that is read.
final class NarrowPipe {
    /// `F_SETPIPE_SZ` of Linux, which Glibc shows to GNU programs only.
    private static let setPipeSize: Int32 = 1031

    let path: String
    private let directory: TemporaryDirectory
    private let descriptor: Int32
    private var bytes: [UInt8] = []

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file("pipe")
        guard mkfifo(path, 0o600) == 0 else { throw FixtureFailure("no pipe: \(String(cString: strerror(errno)))") }
        // Both ends, so that opening it waits for nobody.
        descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0, fcntl(descriptor, Self.setPipeSize, 4096) == 4096 else {
            throw FixtureFailure("no small pipe: \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    func writingEnd() throws -> Int32 {
        let end = open(path, O_WRONLY | O_CLOEXEC)
        guard end >= 0 else { throw FixtureFailure("cannot write to \(path)") }
        return end
    }

    /// Fills it with zeros: from here on it takes nothing before somebody reads.
    func fill() {
        let zeros = [UInt8](repeating: 0, count: 4096)
        while write(descriptor, zeros, zeros.count) > 0 {}
        while write(descriptor, zeros, 1) > 0 {}
    }

    var isFull: Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&poller, 1, 0) == 0
    }

    /// Reads until `isEnough`, or until the program that writes is silent for so long.
    func take(within seconds: Double, until isEnough: ([UInt8]) -> Bool) -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while !isEnough(bytes) {
            var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&poller, 1, Int32(seconds * 1000)) > 0 else { break }
            let count = read(descriptor, &chunk, chunk.count)
            if count > 0 { bytes += chunk[..<count] }
        }
        return bytes
    }

    /// All that has been read, after another look.
    var taken: String {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count <= 0 { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
