import Glibc

/// Writes a capture as a busy host gives one: a few nodes that connect, among much that is something else.
///
/// Half of the bulk is of connections that are nothing of ours, half is what links of nodes carry once they are up.
/// The nodes ask epmd first, so that every analyser knows what the connections are.
struct CaptureGenerator {
    private static let payloadBytes = 1_448
    private static let bufferBytes = 4 << 20

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var written = 0
    private var time: UInt64 = 1_700_000_000_000_000
    private let payload = [UInt8]((0..<Self.payloadBytes).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) })

    /// - Throws: when the file cannot be written.
    static func write(to path: String, bytes: Int, handshakes: Int) throws {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { throw BenchmarkFailure.noAnswer }
        defer { close(descriptor) }
        var generator = CaptureGenerator(descriptor: descriptor)
        generator.run(bytes: bytes, handshakes: handshakes)
    }

    private init(descriptor: Int32) {
        self.descriptor = descriptor
        buffer.reserveCapacity(Self.bufferBytes + 65_536)
    }

    private struct Connection {
        var port: UInt16
        var acceptorPort: UInt16
        var sent: UInt32 = 1
        var answered: UInt32 = 1
    }

    private mutating func run(bytes: Int, handshakes: Int) {
        buffer += little(UInt32(0xA1B2_C3D4)) + little(UInt16(2)) + little(UInt16(4)) + little(UInt64(0))
        buffer += little(UInt32(262_144)) + little(UInt32(1))
        var foreign = (0..<16).map { Connection(port: 20_000 + UInt16($0), acceptorPort: 5_432) }
        for index in foreign.indices { open(&foreign[index]) }
        var links: [Connection] = []
        for number in 0..<handshakes {
            askEPMD(number)
            var link = Connection(port: 30_000 + UInt16(number % 20_000), acceptorPort: 9_100)
            shakeHands(&link)
            if links.count < 8 { links.append(link) } else { finish(&link) }
            let goal = bytes / handshakes * (number + 1)
            while written + buffer.count < goal {
                for index in foreign.indices { send(&foreign[index], payload) }
                for index in links.indices { sendMessage(&links[index]) }
            }
        }
        flush()
    }

    private mutating func askEPMD(_ number: Int) {
        var epmd = Connection(port: 30_000 + UInt16(number % 20_000), acceptorPort: 4_369)
        open(&epmd)
        send(&epmd, [0, 5, 122] + "node".utf8)
        answer(&epmd, [119, 0] + big(UInt16(9_100)) + [77, 0, 0, 6, 0, 5, 0, 4] + "node".utf8 + [0, 0])
        finish(&epmd)
    }

    private mutating func shakeHands(_ link: inout Connection) {
        let flags: [UInt8] = [0, 0, 0, 0x0D, 0x07, 0xDF, 0x7F, 0xBD]
        open(&link)
        send(&link, framed([0x4E] + flags + big(UInt32(5)) + [0, 9] + "a@10.0.0.".utf8))
        answer(&link, framed(Array("sok".utf8)))
        answer(&link, framed([0x4E] + flags + big(UInt32(1)) + big(UInt32(6)) + [0, 13] + "node@10.0.0.2".utf8))
        send(&link, framed([0x72] + big(UInt32(9)) + [UInt8](repeating: 0xAA, count: 16)))
        answer(&link, framed([0x61] + [UInt8](repeating: 0xBB, count: 16)))
    }

    /// A binary of 64 KiB to a process.
    private mutating func sendMessage(_ link: inout Connection) {
        let segments = 45
        let length = segments * Self.payloadBytes
        let head: [UInt8] = big(UInt32(length - 4)) + [112, 131, 104, 3, 97, 2]
        send(&link, head + payload[head.count...])
        for _ in 1..<segments { send(&link, payload) }
    }

    // MARK: TCP

    private mutating func open(_ connection: inout Connection) {
        segment(connection, fromInitiator: true, flags: 0x02, [], sequence: 0)
        segment(connection, fromInitiator: false, flags: 0x12, [], sequence: 0)
        segment(connection, fromInitiator: true, flags: 0x10, [], sequence: 1)
    }

    private mutating func finish(_ connection: inout Connection) {
        segment(connection, fromInitiator: true, flags: 0x11, [], sequence: connection.sent)
        connection.sent += 1
        segment(connection, fromInitiator: false, flags: 0x11, [], sequence: connection.answered)
        connection.answered += 1
        segment(connection, fromInitiator: true, flags: 0x10, [], sequence: connection.sent)
    }

    private mutating func send(_ connection: inout Connection, _ bytes: [UInt8]) {
        segment(connection, fromInitiator: true, flags: 0x18, bytes, sequence: connection.sent)
        connection.sent &+= UInt32(bytes.count)
    }

    private mutating func answer(_ connection: inout Connection, _ bytes: [UInt8]) {
        segment(connection, fromInitiator: false, flags: 0x18, bytes, sequence: connection.answered)
        connection.answered &+= UInt32(bytes.count)
    }

    private mutating func segment(
        _ connection: Connection, fromInitiator: Bool, flags: UInt8, _ bytes: [UInt8], sequence: UInt32
    ) {
        time += 3
        let count = UInt32(54 + bytes.count)
        buffer += little(UInt32(time / 1_000_000)) + little(UInt32(time % 1_000_000)) + little(count) + little(count)
        buffer += [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0]
        buffer += [0x45, 0] + big(UInt16(40 + bytes.count)) + [0, 7, 0x40, 0, 64, 6, 0, 0]
        buffer += fromInitiator ? [10, 0, 0, 1, 10, 0, 0, 2] : [10, 0, 0, 2, 10, 0, 0, 1]
        buffer += big(fromInitiator ? connection.port : connection.acceptorPort)
        buffer += big(fromInitiator ? connection.acceptorPort : connection.port)
        buffer += big(sequence) + big(fromInitiator ? connection.answered : connection.sent)
        buffer += [0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0]
        buffer += bytes
        if buffer.count >= Self.bufferBytes { flush() }
    }

    private mutating func flush() {
        var start = 0
        while start < buffer.count {
            let count = buffer.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + start }, buffer.count - start)
            }
            if count <= 0 { return }
            start += count
        }
        written += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    // MARK: Fields

    private func framed(_ message: [UInt8]) -> [UInt8] { big(UInt16(message.count)) + message }
    private func big<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
    private func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
