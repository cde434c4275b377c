import ByteTransport
import PacketCapture
import Testing

/// Packets that any reader of packets takes for real ones.
@Suite struct SynthesizedConnectionTests {
    private struct Segment: Equatable {
        var fromPort: Int
        var sequence: Int
        var acknowledged: Int
        var flags: UInt8
        var payload: [UInt8]
    }

    private func connection(_ host: String) throws -> SynthesizedConnection {
        SynthesizedConnection(
            initiator: try #require(SocketAddress(numeric: host, port: 40_000)),
            acceptor: try #require(SocketAddress(numeric: host, port: 4369)))
    }

    /// Checks lengths and sums on the way.
    private func segment(_ packet: [UInt8]) throws -> Segment {
        let isFour = packet[0] == 0x45
        let header = isFour ? 20 : 40
        try #require(packet.count >= header + 20)
        func number(_ offset: Int, _ count: Int) -> Int {
            packet[offset..<offset + count].reduce(0) { $0 << 8 | Int($1) }
        }
        let segment = Array(packet[header...])
        var addresses = Array(packet[(isFour ? 12 : 8)..<header])
        if isFour {
            #expect(number(2, 2) == packet.count)
            #expect(packet[9] == 6)
            #expect(sum(Array(packet[..<20])) == 0xFFFF)
        } else {
            #expect(packet[0] == 0x60)
            #expect(number(4, 2) == segment.count)
            #expect(packet[6] == 6)
        }
        addresses += [0, 0, UInt8(segment.count >> 8), UInt8(segment.count & 0xFF), 0, 0, 0, 6]
        #expect(sum(addresses + segment) == 0xFFFF)
        return Segment(
            fromPort: number(header, 2), sequence: number(header + 4, 4), acknowledged: number(header + 8, 4),
            flags: packet[header + 13], payload: Array(segment[20...]))
    }

    private func sum(_ bytes: [UInt8]) -> Int {
        var sum = 0
        for index in stride(from: 0, to: bytes.count, by: 2) {
            sum += Int(bytes[index]) << 8 + (index + 1 < bytes.count ? Int(bytes[index + 1]) : 0)
        }
        while sum > 0xFFFF { sum = sum & 0xFFFF + sum >> 16 }
        return sum
    }

    @Test(arguments: ["127.0.0.1", "10.1.2.3", "::1", "fd00::1"]) func numbersFitTogether(_ host: String) throws {
        var connection = try connection(host)
        var packets = connection.opened()
        packets += [1, 2, 3].withUnsafeBytes { connection.sent($0, from: .fromInitiator) }
        packets += [UInt8]([9]).withUnsafeBytes { connection.sent($0, from: .fromAcceptor) }
        packets.append(connection.finished(by: .fromInitiator))
        packets.append(connection.finished(by: .fromAcceptor))
        let segments = try packets.map(segment)
        let integers = [1, 2, 3].withUnsafeBytes { Array($0) }
        let size = integers.count
        #expect(
            segments == [
                Segment(fromPort: 40_000, sequence: 0, acknowledged: 0, flags: 0x02, payload: []),
                Segment(fromPort: 4369, sequence: 0, acknowledged: 1, flags: 0x12, payload: []),
                Segment(fromPort: 40_000, sequence: 1, acknowledged: 1, flags: 0x10, payload: []),
                Segment(fromPort: 40_000, sequence: 1, acknowledged: 1, flags: 0x18, payload: integers),
                Segment(fromPort: 4369, sequence: 1, acknowledged: 1 + size, flags: 0x18, payload: [9]),
                Segment(fromPort: 40_000, sequence: 1 + size, acknowledged: 2, flags: 0x11, payload: []),
                Segment(fromPort: 4369, sequence: 2, acknowledged: 2 + size, flags: 0x11, payload: []),
            ])
        #expect(try segment(connection.reset(by: .fromAcceptor)).flags == 0x14)
    }

    @Test func muchIsCutIntoPackets() throws {
        var connection = try connection("127.0.0.1")
        _ = connection.opened()
        let bytes = (0..<200_001).map { UInt8(truncatingIfNeeded: $0 % 251) }
        let packets = bytes.withUnsafeBytes { connection.sent($0, from: .fromInitiator) }
        #expect(packets.count == 4)
        let segments = try packets.map(segment)
        #expect(segments.flatMap(\.payload) == bytes)
        var next = 1
        for segment in segments {
            #expect(segment.sequence == next)
            next += segment.payload.count
        }
    }
}
