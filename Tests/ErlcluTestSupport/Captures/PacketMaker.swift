/// Makes packets of a TCP connection between 10.0.0.1 and 10.0.0.2, or their IPv6 counterparts.
package struct PacketMaker {
    package var isIPv6 = false
    package var initiatorPort: UInt16 = 40_000
    package var acceptorPort: UInt16 = 9_100
    /// What the next packet acknowledges.
    package var acknowledgement: UInt32 = 0
    /// Of IPv4.
    package var addresses: (initiator: [UInt8], acceptor: [UInt8]) = ([10, 0, 0, 1], [10, 0, 0, 2])

    package enum Flags {
        package static let final: UInt8 = 0x01
        package static let opening: UInt8 = 0x02
        package static let reset: UInt8 = 0x04
        package static let acknowledging: UInt8 = 0x10
    }

    package init(isIPv6: Bool = false, initiatorPort: UInt16 = 40_000, acceptorPort: UInt16 = 9_100) {
        self.isIPv6 = isIPv6
        self.initiatorPort = initiatorPort
        self.acceptorPort = acceptorPort
    }

    /// The IP packet.
    package func packet(
        fromInitiator: Bool = true, sequence: UInt32, flags: UInt8 = Flags.acknowledging, _ payload: [UInt8] = []
    ) -> [UInt8] {
        internet(segment(fromInitiator, sequence, flags, payload), fromInitiator: fromInitiator)
    }

    package func segment(_ fromInitiator: Bool, _ sequence: UInt32, _ flags: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let (source, destination) = fromInitiator ? (initiatorPort, acceptorPort) : (acceptorPort, initiatorPort)
        return big(source) + big(destination) + big(sequence) + big(acknowledgement) + [0x50, flags] + big(UInt16(1024))
            + big(UInt32(0)) + payload
    }

    package func internet(_ body: [UInt8], fromInitiator: Bool, protocol number: UInt8 = 6) -> [UInt8] {
        if isIPv6 {
            return [0x60, 0, 0, 0] + big(UInt16(body.count)) + [number, 64] + address(fromInitiator)
                + address(!fromInitiator) + body
        }
        return [0x45, 0] + big(UInt16(body.count + 20)) + big(UInt16(7)) + big(UInt16(0)) + [64, number, 0, 0]
            + address(fromInitiator) + address(!fromInitiator) + body
    }

    private func address(_ isInitiator: Bool) -> [UInt8] {
        isIPv6
            ? [0xFD, 0] + [UInt8](repeating: 0, count: 13) + [isInitiator ? 1 : 2]
            : isInitiator ? addresses.initiator : addresses.acceptor
    }

    package func big<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    package static func ethernet(_ packet: [UInt8], tags: [UInt16] = []) -> [UInt8] {
        let type: [UInt8] = packet.first.map { $0 >> 4 } == 6 ? [0x86, 0xDD] : [0x08, 0x00]
        let tagged = tags.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF), 0, 42] }
        return [UInt8](repeating: 2, count: 12) + tagged + type + packet
    }
}

/// A whole connection, in as many packets as wanted.
package struct ConnectionMaker {
    package var packets: PacketMaker
    package var sequences: (initiator: UInt32, acceptor: UInt32) = (1_000, 5_000)
    package var made: [[UInt8]] = []

    package init(packets: PacketMaker = PacketMaker()) { self.packets = packets }

    private mutating func make(fromInitiator: Bool, _ sequence: UInt32, _ flags: UInt8, _ payload: [UInt8] = []) {
        packets.acknowledgement = fromInitiator ? sequences.acceptor : sequences.initiator
        made.append(packets.packet(fromInitiator: fromInitiator, sequence: sequence, flags: flags, payload))
    }

    package mutating func open() {
        make(fromInitiator: true, sequences.initiator, PacketMaker.Flags.opening)
        make(
            fromInitiator: false, sequences.acceptor, PacketMaker.Flags.opening | PacketMaker.Flags.acknowledging)
        sequences.initiator &+= 1
        sequences.acceptor &+= 1
    }

    /// - Parameter size: of the pieces that it is sent in.
    package mutating func send(fromInitiator: Bool = true, _ bytes: [UInt8], size: Int = 1_400) {
        for start in stride(from: 0, to: bytes.count, by: size) {
            let piece = Array(bytes[start..<min(start + size, bytes.count)])
            let sequence = fromInitiator ? sequences.initiator : sequences.acceptor
            make(fromInitiator: fromInitiator, sequence, PacketMaker.Flags.acknowledging, piece)
            if fromInitiator {
                sequences.initiator &+= UInt32(piece.count)
            } else {
                sequences.acceptor &+= UInt32(piece.count)
            }
        }
    }

    package mutating func close(fromInitiator: Bool = true, isReset: Bool = false) {
        let sequence = fromInitiator ? sequences.initiator : sequences.acceptor
        let flags = isReset ? PacketMaker.Flags.reset : PacketMaker.Flags.final | PacketMaker.Flags.acknowledging
        make(fromInitiator: fromInitiator, sequence, flags)
        if fromInitiator { sequences.initiator &+= 1 } else { sequences.acceptor &+= 1 }
    }
}

/// The messages of a handshake as they go over TCP.
package enum HandshakeBytes {
    package static let name = message([0x4E] + flags + [0, 0, 0, 5] + text("one@10.0.0.1"))
    package static let status = message(Array("sok".utf8))
    package static let challenge = message([0x4E] + flags + [1, 2, 3, 4] + [0, 0, 0, 6] + text("two@10.0.0.2"))
    package static let reply = message([0x72, 9, 9, 9, 9] + [UInt8](repeating: 0xAA, count: 16))
    package static let ack = message([0x61] + [UInt8](repeating: 0xBB, count: 16))
    package static let tick: [UInt8] = [0, 0, 0, 0]
    /// REG_SEND as a hidden node sends it.
    package static let regSend = [0, 0, 0, 7, 112, 131, 104, 4, 97, 6, 106] as [UInt8]

    private static let flags: [UInt8] = [0, 0, 0, 0x0D, 0x07, 0xDF, 0x7F, 0xBD]
    package static func message(_ body: [UInt8]) -> [UInt8] {
        [UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
    }
    private static func text(_ text: String) -> [UInt8] { [0, UInt8(text.utf8.count)] + Array(text.utf8) }
}

extension ConnectionMaker {
    /// From SYN to ACK.
    package static func handshake(
        _ packets: PacketMaker = PacketMaker(), size: Int = 1_400, from sequence: UInt32 = 1_000
    ) -> Self {
        var connection = ConnectionMaker(packets: packets)
        connection.sequences = (sequence, sequence &+ 77)
        connection.open()
        connection.send(HandshakeBytes.name, size: size)
        connection.send(fromInitiator: false, HandshakeBytes.status + HandshakeBytes.challenge, size: size)
        connection.send(HandshakeBytes.reply, size: size)
        connection.send(fromInitiator: false, HandshakeBytes.ack, size: size)
        return connection
    }

    /// From SYN to the acceptor's close behind the reply.
    package static func wrongCookie() -> Self {
        var connection = ConnectionMaker()
        connection.open()
        connection.send(HandshakeBytes.name)
        connection.send(fromInitiator: false, HandshakeBytes.status + HandshakeBytes.challenge)
        connection.send(HandshakeBytes.reply)
        connection.close(fromInitiator: false)
        return connection
    }
}
