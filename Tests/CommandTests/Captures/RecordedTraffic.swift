import ErlcluCommands
import Foundation
import HandshakeTrace
import PacketCapture
import TLSTransport
import Testing

/// What is in a file that `--capture` wrote: connections with their bytes in both directions, and secrets.
struct RecordedTraffic {
    struct Connection {
        /// Its lower one is the initiator's in all tests.
        var acceptorPort: Int
        var chunks: [(direction: FlowDirection, bytes: [UInt8])] = []

        func bytes(_ direction: FlowDirection) -> [UInt8] {
            chunks.filter { $0.direction == direction }.flatMap(\.bytes)
        }

        var isTLS: Bool { chunks.first?.bytes.first == 22 }
    }

    var connections: [Connection] = []
    var secrets = TLSSecrets()

    init(file path: String) throws {
        let data = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        func number(_ offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(data[offset + $1]) << (8 * $1) } }
        var offset = 0
        while offset < data.count {
            try #require(offset + 12 <= data.count)
            let (type, length) = (number(offset), number(offset + 4))
            try #require(length >= 12 && offset + length <= data.count && number(offset + length - 4) == length)
            switch type {
            case 6: try add(packet: Array(data[offset + 28..<offset + 28 + number(offset + 20)]))
            case 10: secrets.add(keyLog: data[offset + 16..<offset + 16 + number(offset + 12)])
            default: break
            }
            offset += length
        }
    }

    /// IPv4 and TCP without options: our own packets.
    private mutating func add(packet: [UInt8]) throws {
        try #require(packet.count >= 40 && packet[0] == 0x45)
        let ports = [20, 22].map { Int(packet[$0]) << 8 | Int(packet[$0 + 1]) }
        let payload = Array(packet[40...])
        if packet[33] == 0x02 { connections.append(Connection(acceptorPort: ports[1])) }
        guard !payload.isEmpty else { return }
        let index = try #require(connections.lastIndex { ports.contains($0.acceptorPort) })
        let direction = ports[1] == connections[index].acceptorPort ? FlowDirection.fromInitiator : .fromAcceptor
        connections[index].chunks.append((direction, payload))
    }

    /// What a TLS connection of it said, with the secrets of the file.
    func outputs(_ connection: Connection) throws -> [TLSOutput.Content] {
        var conversation = TLSConversation(cryptography: try RecordCipher())
        return connection.chunks.flatMap { chunk in
            conversation.received(chunk.bytes[...], from: chunk.direction, at: 0, secrets: secrets).map(\.content)
        }
    }

    /// All bytes that can be read, decrypted where they were encrypted.
    func everything() throws -> [UInt8] {
        var all: [UInt8] = []
        for connection in connections {
            all += connection.bytes(.fromInitiator) + connection.bytes(.fromAcceptor)
            guard connection.isTLS else { continue }
            for case .plaintext(let bytes) in try outputs(connection) { all += bytes }
        }
        return all
    }
}
