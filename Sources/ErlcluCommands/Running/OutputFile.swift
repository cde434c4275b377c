import ByteTransport
import Glibc

/// A file that a command writes as things happen: what is there stays there when the program is killed. Only its owner
/// may read it: there may be secrets in it.
final class OutputFile {
    private let path: String
    private let descriptor: Int32
    private let stream: OutputStream

    init(_ path: String, _ start: PrivateFile.Start = .anew, on loop: EventLoop) throws(CommandFailure) {
        self.path = path
        do throws(PrivateFile.Refusal) { descriptor = try PrivateFile.open(path, start) } catch {
            throw .output("\(path): \(error)")
        }
        stream = OutputStream(descriptor, on: loop)
    }

    deinit { close(descriptor) }

    /// Why it could not be written, with its path; nil so far. Nothing is written after it.
    var fault: String? { stream.failure == 0 ? nil : "\(path): \(SystemError.text(stream.failure))" }

    func add(_ bytes: [UInt8]) { stream.write(bytes) }

    /// It may be a pipe whose reader is slow: waits until not too much is queued.
    @LoopActor
    func awaitRoom(until deadline: Instant?) async -> Bool { await stream.awaitRoom(until: deadline) }

    /// Waits until all is written.
    /// - Parameter isHurried: whether a reader that takes nothing is given up soon.
    @LoopActor
    func finish(isHurried: Bool) async {
        if isHurried { hurry() }
        await stream.awaitEnd()
    }

    /// From now on `finish` gives up a reader that takes nothing soon.
    func hurry() { stream.isHurried = true }
}
