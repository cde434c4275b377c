import ErlcluTestSupport
import Glibc

/// A name that epmd knows, whoever listens at its port: what a node leaves behind that died without a word, or whose
/// host has got another tenant.
final class RegisteredName {
    /// The part before the `@`.
    let alive: String
    private let descriptor: Int32

    init(port: UInt16) throws {
        alive = "ghost\(getpid())x\(UInt32.random(in: 0...UInt32.max))"
        let mapper = try PortMapper.shared.get()
        // ALIVE2_REQ: a visible node, TCP, versions 6 to 5, no extra data.
        var request: [UInt8] = [120, UInt8(port >> 8), UInt8(port & 255), 77, 0, 0, 6, 0, 5]
        request += [0, UInt8(alive.utf8.count)] + Array(alive.utf8) + [0, 0]
        guard let descriptor = LocalSocket.connect(port: mapper.port) else { throw FixtureFailure("epmd is gone") }
        self.descriptor = descriptor
        let packet = [0, UInt8(request.count)] + request
        var answer = [UInt8](repeating: 0, count: 2)
        let sent = packet.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard sent == packet.count, read(descriptor, &answer, 2) == 2, answer[1] == 0 else {
            throw FixtureFailure("epmd does not register \(alive): \(answer)")
        }
    }

    deinit { close(descriptor) }
}
