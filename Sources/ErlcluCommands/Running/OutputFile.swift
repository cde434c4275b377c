import ByteTransport
import Glibc

/// A file that a command makes anew and writes as things happen: what is there stays there when the program is killed.
/// Only its owner may read it: there may be secrets in it.
final class OutputFile {
    private let path: String
    private let descriptor: Int32
    private let sink: DescriptorSink
    /// Why it could not be written, with its path; nil so far. Nothing is written after it.
    private(set) var fault: String?

    /// - Parameter whileWaiting: as for `DescriptorSink`, where the file is a pipe.
    init(_ path: String, whileWaiting: @escaping () -> Bool) throws(CommandFailure) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw .input("\(path): \(SystemError.text(errno))") }
        sink = DescriptorSink(descriptor, whileWaiting: whileWaiting)
        var facts = stat()
        // A file that was there before has kept its permissions.
        if fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG { fchmod(descriptor, 0o600) }
    }

    deinit { close(descriptor) }

    func add(_ bytes: [UInt8]) {
        guard fault == nil else { return }
        let error = sink.write(bytes)
        if error != 0 { fault = "\(path): \(SystemError.text(error))" }
    }
}
