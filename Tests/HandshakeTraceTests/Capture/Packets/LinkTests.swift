import Diagnosis
import ErlangNode
import ErlcluTestSupport
import HandshakeTrace
import PacketCapture
import Testing

/// One handshake in each wrapping that captures give: the same story.
@Suite struct LinkTests {
    static let expected = [
        "TCP started distribution", "TCP connected", "NAME initiator send_name one@10.0.0.1",
        "STATUS acceptor send_status ok", "CHALLENGE acceptor send_challenge two@10.0.0.2",
        "REPLY initiator send_challenge_reply ", "ACK acceptor send_challenge_ack ", "UP up",
    ]

    private func story(_ link: UInt16, isIPv6: Bool = false, wrap: ([UInt8]) -> [UInt8]) -> [String] {
        var capture = CaptureMaker(link: link)
        for packet in ConnectionMaker.handshake(PacketMaker(isIPv6: isIPv6)).made { capture.add(wrap(packet)) }
        return Decoding(capture.bytes).story
    }

    @Test(arguments: [false, true]) func everyLinkTypeIsRead(_ isIPv6: Bool) {
        let type: [UInt8] = isIPv6 ? [0x86, 0xDD] : [8, 0]
        let zeros = [UInt8](repeating: 0, count: 18)
        func check(_ link: UInt16, _ wrap: ([UInt8]) -> [UInt8]) {
            #expect(story(link, isIPv6: isIPv6, wrap: wrap) == Self.expected, "link type \(link)")
        }
        check(1) { PacketMaker.ethernet($0) }
        check(1) { PacketMaker.ethernet($0, tags: [0x8100]) }
        check(1) { PacketMaker.ethernet($0, tags: [0x88A8, 0x8100]) }
        check(113) { zeros.prefix(14) + type + $0 }
        check(276) { type + zeros + $0 }
        check(101) { $0 }
        check(12) { $0 }
        check(isIPv6 ? 229 : 228) { $0 }
        check(0) { (isIPv6 ? [10, 0, 0, 0] : [2, 0, 0, 0]) + $0 }
        check(0) { (isIPv6 ? [0, 0, 0, 30] : [0, 0, 0, 2]) + $0 }
        check(108) { (isIPv6 ? [0, 0, 0, 24] : [0, 0, 0, 2]) + $0 }
    }

    @Test func paddingAndTunnelsAreSeenThrough() {
        #expect(story(1) { PacketMaker.ethernet($0) + [0, 0, 0, 0, 0, 0] } == Self.expected)
        let outer = PacketMaker()
        #expect(story(101) { outer.internet($0, fromInitiator: true, protocol: 4) } == Self.expected)
    }

    @Test func extensionHeadersArePassedOver() {
        let packets = PacketMaker(isIPv6: true)
        func extended(_ packet: [UInt8]) -> [UInt8] {
            // Hop-by-hop, then destination options, then an atomic fragment.
            let headers: [UInt8] = [60, 0, 1, 4, 0, 0, 0, 0] + [44, 0, 1, 4, 0, 0, 0, 0] + [6, 0, 0, 0, 0, 0, 0, 1]
            var packet = packet
            packet[6] = 0
            packet.replaceSubrange(4..<6, with: packets.big(UInt16(packet.count - 40 + headers.count)))
            packet.insert(contentsOf: headers, at: 40)
            return packet
        }
        #expect(story(101, isIPv6: true, wrap: extended) == Self.expected)
    }

    /// Each packet in two fragments, the second one first.
    @Test func fragmentsAreJoined() {
        var capture = CaptureMaker(link: 101)
        var identification: UInt16 = 1
        for packet in ConnectionMaker.handshake().made {
            let (header, body) = (Array(packet[..<20]), Array(packet[20...]))
            for (part, place) in [(body[16...], UInt16(2)), (body[..<16], 0x2000)] {
                var header = header
                header.replaceSubrange(2..<4, with: PacketMaker().big(UInt16(20 + part.count)))
                header.replaceSubrange(4..<6, with: PacketMaker().big(identification))
                header.replaceSubrange(6..<8, with: PacketMaker().big(place))
                capture.add(header + part)
            }
            identification += 1
        }
        #expect(Decoding(capture.bytes).story == Self.expected)
    }

    @Test func unknownLinkTypesAreCounted() {
        var capture = CaptureMaker(link: 147)
        capture.add([1, 2, 3])
        let decoding = Decoding(capture.bytes)
        #expect(decoding.figures.unknownLinks == 1)
        #expect(decoding.figures.unknownLink == LinkType(rawValue: 147))
    }

    @Test func addressesAreWrittenAsUsual() {
        #expect(IPAddress(ipv4: 0x7F00_0001).description == "127.0.0.1")
        var capture = CaptureMaker(link: 101)
        for packet in ConnectionMaker.handshake(PacketMaker(isIPv6: true)).made { capture.add(packet) }
        #expect(Decoding(capture.bytes).events.first?.initiator.description == "[fd00::1]:40000")
    }
}
