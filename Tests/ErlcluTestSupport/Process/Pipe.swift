import CProcessStart
import Glibc

/// A pipe; both ends are close-on-exec, so that only the program they are given to holds them.
struct Pipe {
    let reading: Int32
    let writing: Int32

    init() throws {
        var (reading, writing): (Int32, Int32) = (-1, -1)
        let status = CProcessStart_pipe(&reading, &writing)
        guard status == 0 else { throw FixtureFailure("no pipe: \(String(cString: strerror(status)))") }
        self.reading = reading
        self.writing = writing
    }
}

/// Writes all of `bytes`. A reader that has gone is not an error: what it left unread was not for it.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        if count <= 0 { return }
        rest = rest.dropFirst(count)
    }
}
