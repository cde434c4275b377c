import ErlcluTestSupport
import Testing

@testable import PacketCapture

/// Frames in, segments out.
@Suite struct SegmentFinderTests {
    private let packet = PacketMaker().packet(sequence: 7, [1, 2, 3])

    /// What is found: the payloads, and how many packets each came in.
    private func found(
        _ frames: [[UInt8]], _ link: LinkType = .raw, with finder: inout SegmentFinder
    ) -> [(payload: [UInt8], packets: Int)] {
        var found: [(payload: [UInt8], packets: Int)] = []
        for bytes in frames {
            bytes.withUnsafeBytes { bytes in
                let frame = CapturedFrame(
                    time: 1_000, link: link, interface: 0, bytes: bytes, originalLength: bytes.count)
                finder.received(frame) { found.append((Array($0.payload), $1.packets.count)) }
            }
        }
        return found
    }

    @Test func segmentsAreFoundInTunnels() {
        var finder = SegmentFinder(keepsPackets: false)
        var frame = packet
        for depth in 0..<6 {
            let payloads = found([frame], with: &finder).map(\.payload)
            #expect(payloads == (depth <= 3 ? [[1, 2, 3]] : []), "in \(depth) tunnels")
            frame = PacketMaker().internet(frame, fromInitiator: true, protocol: 4)
        }
        #expect(finder.packets == 6)
    }

    @Test(arguments: [true, false]) func fragmentsAreJoinedAndKept(_ keepsPackets: Bool) {
        let (header, body) = (Array(packet[..<20]), Array(packet[20...]))
        let fragments = [(body[..<16], UInt8(0x20), UInt8(0)), (body[16...], 0, 2)].map { part, high, low in
            var header = header
            header[3] = UInt8(20 + part.count)
            (header[6], header[7]) = (high, low)
            return header + part
        }
        var finder = SegmentFinder(keepsPackets: keepsPackets)
        let joined = found(fragments, with: &finder)
        #expect(joined.map(\.payload) == [[1, 2, 3]])
        #expect(joined.map(\.packets) == [keepsPackets ? 2 : 0])
    }

    @Test func whatIsNoSegmentIsPassedOver() {
        var finder = SegmentFinder(keepsPackets: true)
        let datagram = PacketMaker().internet([0, 1, 0, 2, 0, 8, 0, 0], fromInitiator: true, protocol: 17)
        #expect(found([datagram, [], [0x45], Array(packet.prefix(30))], with: &finder).isEmpty)
        #expect(finder.packets == 4 && finder.unknownLinks == 0 && finder.unknownLink == nil)
        let other = LinkType(rawValue: 147)
        #expect(found([packet], other, with: &finder).isEmpty)
        #expect(finder.packets == 5 && finder.unknownLinks == 1 && finder.unknownLink == other)
    }
}
