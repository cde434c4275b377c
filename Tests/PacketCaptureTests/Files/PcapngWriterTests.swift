import PacketCapture
import Testing

/// The blocks as the draft describes them, byte for byte.
@Suite struct PcapngWriterTests {
    /// A block's type and body, when both of its lengths are right.
    private func body(_ block: [UInt8]) throws -> (type: UInt32, body: ArraySlice<UInt8>) {
        func number(_ offset: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(block[offset + $1]) << (8 * $1) }
        }
        try #require(block.count >= 12 && block.count % 4 == 0)
        #expect(number(4) == UInt32(block.count))
        #expect(number(block.count - 4) == UInt32(block.count))
        return (number(0), block[8..<block.count - 4])
    }

    @Test func theHeaderNamesItsWriter() throws {
        let (type, body) = try body(PcapngWriter.header(application: "tool"))
        #expect(type == 0x0A0D_0D0A)
        #expect(
            Array(body) == [0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 8) + [4, 0, 4, 0]
                + Array("tool".utf8) + [0, 0, 0, 0])
    }

    @Test func interfacesAreCounted() throws {
        var writer = PcapngWriter()
        let first = writer.interface(linkType: 101)
        let second = writer.interface(linkType: 1, snapLength: 96, name: "eth0:")
        #expect((first.number, second.number) == (0, 1))
        #expect(Array(try body(first.block).body) == [101, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0])
        #expect(
            Array(try body(second.block).body) == [1, 0, 0, 0, 96, 0, 0, 0, 2, 0, 5, 0] + Array("eth0:".utf8)
                + [0, 0, 0, 9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test(arguments: 0...4) func packetsArePadded(_ count: Int) throws {
        let bytes = [UInt8](repeating: 7, count: count)
        let (type, body) = try body(
            PcapngWriter().packet(bytes, interface: 2, at: 0x0102_0304_0506_0708, originalLength: 99))
        #expect(type == 6)
        let padding = [UInt8](repeating: 0, count: (4 - count % 4) % 4)
        #expect(
            Array(body) == [2, 0, 0, 0, 4, 3, 2, 1, 8, 7, 6, 5, UInt8(count), 0, 0, 0, 99, 0, 0, 0] + bytes + padding)
    }

    @Test func commentsAndSecretsAreCarried() throws {
        let packet = try body(PcapngWriter().packet([1], interface: 0, at: 0, comment: "epmd"))
        #expect(Array(packet.body.suffix(12)) == [1, 0, 4, 0] + Array("epmd".utf8) + [0, 0, 0, 0])
        let secrets = try body(PcapngWriter().secrets(keyLog: "CLIENT".utf8))
        #expect(secrets.type == 10)
        #expect(Array(secrets.body) == Array("KSLT".utf8) + [6, 0, 0, 0] + Array("CLIENT".utf8) + [0, 0])
    }
}
