import Diagnosis
import ErlangNode
import ErlcluTestSupport
import HandshakeTrace
import PacketCapture
import Testing

/// Connections as they look when packets are lost, late, repeated or cut.
@Suite struct DistributionCaptureTests {
    private func decode(_ packets: [[UInt8]], keepsPackets: Bool = false) -> Decoding {
        var capture = CaptureMaker(link: 101)
        for (index, packet) in packets.enumerated() {
            capture.add(packet, at: 1_700_000_000_000_000_000 + UInt64(index) * 1_000_000)
        }
        return Decoding(capture.bytes, keepsPackets: keepsPackets)
    }

    @Test(arguments: [1, 2, 3, 7, 20]) func piecesOfAnySizeGiveTheSame(_ size: Int) {
        #expect(decode(ConnectionMaker.handshake(size: size).made).story == LinkTests.expected)
    }

    @Test func numbersWrapAround() {
        for back in 0..<60 as Range<UInt32> {
            let packets = ConnectionMaker.handshake(size: 5, from: UInt32.max &- back).made
            #expect(decode(packets).story == LinkTests.expected)
        }
    }

    @Test func repeatedAndReorderedPacketsChangeNothing() {
        let packets = ConnectionMaker.handshake(size: 9).made
        #expect(decode(packets.flatMap { [$0, $0] }).story == LinkTests.expected)
        var swapped = packets
        for index in stride(from: 2, to: swapped.count - 1, by: 2) { swapped.swapAt(index, index + 1) }
        #expect(Set(decode(swapped).story) == Set(LinkTests.expected))
    }

    @Test func linksAreFollowedToTheirEnd() {
        var connection = ConnectionMaker.handshake()
        connection.send(HandshakeBytes.tick + HandshakeBytes.regSend + HandshakeBytes.regSend, size: 3)
        connection.send(fromInitiator: false, HandshakeBytes.tick)
        connection.close(fromInitiator: false)
        #expect(
            decode(connection.made).story == LinkTests.expected + [
                "UP note control messages: the initiator sent 2 REG_SEND, 1 tick; the acceptor 1 tick",
                "DOWN acceptor down connection closed by the acceptor",
            ])
    }

    @Test func bulkOnALinkIsPassedOver() {
        var connection = ConnectionMaker.handshake()
        let large = [0, 0x10, 0, 0, 112, 131, 104, 3, 97, 2] + [UInt8](repeating: 7, count: 0x10_0000 - 6)
        connection.send(large + HandshakeBytes.tick)
        connection.close(isReset: true)
        #expect(
            decode(connection.made).story.suffix(2) == [
                "UP note control messages: the initiator sent 1 SEND, 1 tick; the acceptor nothing",
                "DOWN initiator down connection reset by the initiator",
            ])
    }

    @Test func aWrongCookieIsACloseBehindTheReply() {
        #expect(
            decode(ConnectionMaker.wrongCookie().made).story
                == LinkTests.expected[..<6] + [
                    "REPLY acceptor ended closed(by: Optional(Diagnosis.Role.acceptor))"
                ])
    }

    /// The capture begins anywhere in the handshake: what can be told is told, and who dialled is told right.
    @Test func beginningsMayBeMissing() {
        let packets = ConnectionMaker.handshake().made
        #expect(decode(Array(packets[2...])).story == ["TCP started distribution"] + LinkTests.expected[2...])
        for start in 3...4 {
            let decoding = decode(Array(packets[start...]))
            #expect(decoding.story.suffix(2) == LinkTests.expected.suffix(2), "from packet \(start)")
            #expect(decoding.events.last?.initiator.address?.port == 40_000)
        }
    }

    @Test func lostPacketsAreTold() {
        var connection = ConnectionMaker.handshake(size: 10)
        connection.close()
        var packets = connection.made
        packets.remove(at: 6)
        #expect(decode(packets).story.contains { $0.contains("10 bytes of it are missing in the capture") })
    }

    private func failure(_ packets: [[UInt8]]) -> NodeFailure? {
        var ledger = AttemptLedger(explain: AttemptExplanation.failure)
        var capture = CaptureMaker(link: 101)
        for packet in packets { capture.add(packet) }
        for event in Decoding(capture.bytes, nodePorts: [9_100...9_100]).events { ledger.add(event) }
        guard case .failed(let failure)? = ledger.attempts.first?.result else { return nil }
        return failure
    }

    /// The acceptor's last word is not in the capture, and what follows it is: that is no wrong cookie.
    @Test func aLostAcknowledgementIsNoWrongCookie() {
        var connection = ConnectionMaker.handshake()
        connection.send(HandshakeBytes.regSend)
        connection.send(fromInitiator: false, HandshakeBytes.tick)
        connection.close(fromInitiator: false)
        connection.close()
        var packets = connection.made
        packets.remove(at: 5)
        let story = decode(packets).story
        #expect(story.contains("UP up") && story.last == "DOWN acceptor down connection closed by the acceptor")
        #expect(failure(packets) == nil)
    }

    /// Where the status is missing, the reason may be missing, too.
    @Test func aGapIsNoReason() {
        var connection = ConnectionMaker()
        connection.open()
        connection.send(HandshakeBytes.name)
        connection.send(fromInitiator: false, HandshakeBytes.status)
        connection.close(fromInitiator: false)
        connection.close()
        var packets = connection.made
        packets.remove(at: 3)
        #expect(failure(packets)?.code == .closed)
        #expect(failure(packets)?.message.contains("missing in the capture") == true)
        #expect(failure(connection.made)?.code == .tcpToTLS)
    }

    /// Who goes away is the one that is named.
    @Test func anInitiatorThatGivesUpIsNotToldAsTheAcceptor() {
        for upTo in [3, 5] {
            var connection = ConnectionMaker()
            connection.open()
            connection.send(HandshakeBytes.name)
            connection.send(fromInitiator: false, HandshakeBytes.status + (upTo > 3 ? HandshakeBytes.challenge : []))
            if upTo > 3 { connection.send(HandshakeBytes.reply) }
            connection.close()
            connection.close(fromInitiator: false)
            let failure = failure(connection.made)
            #expect(failure?.code == .closed && failure?.message.hasPrefix("one@10.0.0.1 closed") == true)
        }
    }

    /// A health check is told once.
    @Test(arguments: [true, false]) func aProbeSaysNothing(_ isFromInitiator: Bool) {
        var connection = ConnectionMaker()
        connection.open()
        connection.close(fromInitiator: isFromInitiator)
        connection.close(fromInitiator: !isFromInitiator)
        var capture = CaptureMaker(link: 101)
        for packet in connection.made { capture.add(packet) }
        let story = Decoding(capture.bytes, nodePorts: [9_100...9_100]).story
        #expect(story.filter { $0.contains("ended") }.count == 1, "\(story)")
        #expect(failure(connection.made)?.message.contains("sent nothing until") == true)
    }

    @Test func linksThatWereUpBeforeAreToldWhenTheyEnd() {
        var connection = ConnectionMaker()
        for isFromInitiator in [true, false, true, false] {
            connection.send(fromInitiator: isFromInitiator, HandshakeBytes.tick)
        }
        #expect(
            decode(connection.made).story == [
                "UP note control messages: the initiator sent 2 ticks; the acceptor 2 ticks"
            ])
        connection.send(HandshakeBytes.regSend)
        connection.close()
        #expect(
            decode(connection.made).story == [
                "UP note control messages: the initiator sent 1 REG_SEND, 2 ticks; the acceptor 2 ticks",
                "DOWN initiator down connection closed by the initiator",
            ])
    }

    /// Four zero bytes may be anything's.
    @Test(arguments: [
        [(true, HandshakeBytes.tick)], [(true, HandshakeBytes.tick), (true, HandshakeBytes.tick)],
        [(true, HandshakeBytes.tick), (false, HandshakeBytes.tick)],
        [(true, HandshakeBytes.tick), (false, [1, 2, 3])],
        [(true, [UInt8](repeating: 0, count: 400)), (false, [UInt8](repeating: 0, count: 400))],
        // A message of something else behind enough of them.
        [
            (true, HandshakeBytes.tick), (true, HandshakeBytes.tick), (false, HandshakeBytes.tick),
            (false, HandshakeBytes.tick), (true, [0, 0, 0, 1, 2]),
        ],
    ]) func ticksAloneAreNoLink(_ sent: [(isFromInitiator: Bool, bytes: [UInt8])]) {
        var connection = ConnectionMaker()
        for (isFromInitiator, bytes) in sent { connection.send(fromInitiator: isFromInitiator, bytes) }
        connection.close()
        #expect(decode(connection.made).events.isEmpty)
    }

    /// Where a node is known to be, they are.
    @Test func aTickOfAKnownNodeIsOne() {
        var connection = ConnectionMaker()
        connection.send(HandshakeBytes.tick)
        connection.close()
        var capture = CaptureMaker(link: 101)
        for packet in connection.made { capture.add(packet) }
        let decoding = Decoding(capture.bytes, nodePorts: [9_100...9_100])
        #expect(decoding.story.last == "DOWN initiator down connection closed by the initiator")
    }

    /// All packets of a datagram that IP has cut are kept.
    @Test func fragmentsAreKept() {
        let whole = ConnectionMaker.handshake().made
        var packets: [[UInt8]] = []
        for packet in whole {
            let body = Array(packet[20...])
            guard body.count > 24 else {
                packets.append(packet)
                continue
            }
            for start in stride(from: 0, to: body.count, by: 16) {
                let piece = body[start..<min(start + 16, body.count)]
                var header = Array(packet[..<20])
                let length = 20 + piece.count
                let place = start / 8 | (start + 16 < body.count ? 0x2000 : 0)
                header.replaceSubrange(2...3, with: [UInt8(length >> 8), UInt8(length & 0xFF)])
                header[5] = UInt8(packets.count)
                header.replaceSubrange(6...7, with: [UInt8(place >> 8), UInt8(place & 0xFF)])
                packets.append(header + piece)
            }
        }
        // Those of one datagram have one identification.
        var identification: UInt8 = 0
        for index in packets.indices {
            if packets[index][6] & 0x1F == 0, packets[index][7] == 0 { identification = UInt8(index) }
            packets[index][5] = identification
        }
        let decoded = decode(packets, keepsPackets: true)
        #expect(decoded.story == LinkTests.expected)
        #expect(decoded.decoder.takePackets(of: 1).packets.map(\.bytes) == packets)
    }

    @Test func otherTrafficSaysNothing() {
        var connection = ConnectionMaker()
        connection.open()
        connection.send(Array("GET / HTTP/1.1\r\n\r\n".utf8))
        connection.send(fromInitiator: false, [UInt8](repeating: 0x16, count: 9_000))
        connection.close()
        #expect(decode(connection.made).events.isEmpty)
    }

    @Test func reusedPortsAreNewConnections() {
        var first = ConnectionMaker.handshake()
        first.close()
        first.close(fromInitiator: false)
        let second = ConnectionMaker.handshake(from: 777_777)
        let numbers = Set(decode(first.made + second.made).events.map(\.connection))
        #expect(numbers.count == 2)
    }

    /// Whose end was not captured is over all the same, and its packets are there to be written.
    @Test func reusedPortsEndTheConnectionBefore() {
        let (first, second) = (ConnectionMaker.handshake(), ConnectionMaker.handshake(from: 777_777))
        let decoded = decode(first.made + second.made, keepsPackets: true)
        let closed = decoded.decoder.takeClosed()
        #expect(closed == [1, 2])
        let counts = closed.map { decoded.decoder.takePackets(of: $0).packets.count }
        #expect(counts == [first.made.count, second.made.count])
    }
}
