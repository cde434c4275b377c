import ByteTransport
import Glibc
import HandshakeTrace

/// The pcapng file of `--write`: for the attempts that are wanted their packets, and the secrets that open them.
final class CaptureOutput {
    private let path: String
    private let descriptor: Int32
    private var writer = PcapngWriter()
    /// The numbers of the interfaces in this file, by those of the capture.
    private var interfaces: [Int: UInt32] = [:]
    /// Why it could not be written; nil so far.
    private(set) var fault: String?

    /// Made anew, readable by its owner only: there may be secrets in it.
    /// - Parameter inputs: files that are read, and must not be this one; `-` is standard input.
    init(_ path: String, besides inputs: [String]) throws(CommandFailure) {
        if inputs.contains(where: { Self.isSame($0, path) }) {
            throw .usage(
                .invalidValue(place: "--write", value: path, expected: "it is a file that is read", suggestion: nil))
        }
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw .input("\(path): \(SystemError.text(errno))") }
        var facts = stat()
        // A file that was there before has kept its permissions.
        if fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG { fchmod(descriptor, 0o600) }
        put(PcapngWriter.header(application: "erlclu-ctl \(CommandLineTool.version)"))
    }

    private static func isSame(_ input: String, _ output: String) -> Bool {
        var (read, written) = (stat(), stat())
        guard (input == "-" ? fstat(STDIN_FILENO, &read) : stat(input, &read)) == 0, stat(output, &written) == 0,
            written.st_mode & S_IFMT == S_IFREG
        else { return false }
        return (read.st_dev, read.st_ino) == (written.st_dev, written.st_ino)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

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
        put(blocks)
    }

    private func put(_ bytes: [UInt8]) {
        var rest = bytes[...]
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
