import ByteTransport
import Glibc

/// A file that events are written to as they come: what is there survives our end.
final class Transcription {
    private let descriptor: Int32
    private let path: String
    /// Why it could not be written; nil so far.
    private(set) var fault: String?

    init(_ path: String) throws(CommandFailure) {
        self.path = path
        descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw .input("\(path): \(SystemError.text(errno))") }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func add(_ line: [UInt8]) {
        var rest = line[...]
        while fault == nil, !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                fault = "\(path): \(SystemError.text(errno))"
            }
        }
    }
}
