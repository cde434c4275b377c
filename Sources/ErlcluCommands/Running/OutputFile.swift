import ByteTransport
import Glibc

/// A file that a command writes as things happen: what is there stays there when the program is killed. Only its owner
/// may read it: there may be secrets in it.
final class OutputFile {
    private let path: String
    private let descriptor: Int32
    private let sink: DescriptorSink
    /// Why it could not be written, with its path; nil so far. Nothing is written after it.
    private(set) var fault: String?

    /// - Parameter whileWaiting: as for `DescriptorSink`, where the file is a pipe.
    init(
        _ path: String, _ start: PrivateFile.Start = .anew, whileWaiting: @escaping () -> Bool = { true }
    ) throws(CommandFailure) {
        self.path = path
        do throws(PrivateFile.Refusal) { descriptor = try PrivateFile.open(path, start) } catch {
            throw .output("\(path): \(error)")
        }
        sink = DescriptorSink(descriptor, whileWaiting: whileWaiting)
    }

    deinit { close(descriptor) }

    func add(_ bytes: [UInt8]) {
        guard fault == nil else { return }
        let error = sink.write(bytes)
        if error != 0 { fault = "\(path): \(SystemError.text(error))" }
    }
}
