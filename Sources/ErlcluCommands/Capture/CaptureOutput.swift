import ByteTransport
import Glibc
import HandshakeTrace
import PacketCapture

/// The pcapng file of `--write`: for the attempts that are wanted their packets, and the secrets that open them.
final class CaptureOutput {
    private let file: OutputFile
    private var writer = PcapngWriter()
    /// The numbers of the interfaces in this file, by those of the capture.
    private var interfaces: [Int: UInt32] = [:]
    /// Why it could not be written; nil so far.
    var fault: String? { file.fault }

    /// - Parameter inputs: files that are read, and must not be this one; `-` is standard input.
    init(_ path: String, besides inputs: [String], on loop: EventLoop) throws(CommandFailure) {
        if inputs.contains(where: { Self.isSame($0, path) }) {
            throw .usage(
                .invalidValue(place: "--write", value: path, expected: "it is a file that is read", suggestion: nil))
        }
        file = try OutputFile(path, on: loop)
        file.add(PcapngWriter.header(application: "erlclu-ctl \(CommandLineTool.version)"))
    }

    /// Waits until all is written.
    /// - Parameter isHurried: whether a reader that takes nothing is given up soon, where the file is a pipe.
    @LoopActor
    func finish(isHurried: Bool) async { await file.finish(isHurried: isHurried) }

    /// Waits until not too much is queued, where the file is a pipe, or until `deadline`.
    /// - Returns: whether there is room.
    @LoopActor
    func awaitRoom(until deadline: Instant?) async -> Bool { await file.awaitRoom(until: deadline) }

    private static func isSame(_ input: String, _ output: String) -> Bool {
        var (read, written) = (stat(), stat())
        guard (input == "-" ? fstat(STDIN_FILENO, &read) : stat(input, &read)) == 0, stat(output, &written) == 0,
            written.st_mode & S_IFMT == S_IFREG
        else { return false }
        return (read.st_dev, read.st_ino) == (written.st_dev, written.st_ino)
    }

    /// - Parameters:
    ///   - known: the interfaces of the capture.
    ///   - keyLog: what opens the connection; may be empty.
    ///   - comment: for the analyser to show with the last packet.
    func write(_ packets: [KeptPacket], of known: [CaptureInterface], keyLog: [UInt8], comment: String?) {
        guard let last = packets.indices.last else { return }
        var blocks = keyLog.isEmpty ? [] : writer.secrets(keyLog: keyLog)
        for (index, packet) in packets.enumerated() {
            guard packet.interface < known.count else { continue }
            let number: UInt32
            if let given = interfaces[packet.interface] {
                number = given
            } else {
                let described = writer.interface(
                    linkType: known[packet.interface].link.rawValue, snapLength: known[packet.interface].snapLength)
                blocks += described.block
                number = described.number
                interfaces[packet.interface] = number
            }
            blocks += writer.packet(
                packet.bytes, interface: number, at: packet.time, originalLength: packet.originalLength,
                comment: index == last ? comment : nil)
        }
        file.add(blocks)
    }
}
