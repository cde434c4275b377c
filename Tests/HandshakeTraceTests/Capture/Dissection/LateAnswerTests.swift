import Diagnosis
import ErlangNode
import ErlcluTestSupport
import Testing

@testable import HandshakeTrace
@testable import PacketCapture

/// A SYN that nobody answers, or only after a node would have given up.
@Suite struct LateAnswerTests {
    /// One connection, each packet at its time, and a stranger's packets that let time go on.
    private func decode(
        _ moments: [(Double, [UInt8])], strangerAt times: [Double] = [], acceptorPort: UInt16 = 9_100
    ) -> Decoding {
        var stranger = ConnectionMaker(packets: PacketMaker(initiatorPort: 1, acceptorPort: 80))
        var all = moments
        for time in times {
            stranger.send([1])
            all.append((time, stranger.made.last ?? []))
        }
        var capture = CaptureMaker(link: 101)
        for (time, packet) in all.sorted(by: { $0.0 < $1.0 }) {
            capture.add(packet, at: 1_700_000_000_000_000_000 + UInt64(time * 1_000_000) * 1_000)
        }
        return Decoding(capture.bytes, keepsPackets: true, nodePorts: [9_100...9_100])
    }

    /// The SYN at these times.
    private func asked(_ times: [Double]) -> [(Double, [UInt8])] {
        times.map { ($0, ConnectionMaker.handshake().made[0]) }
    }

    private func attempt(_ decoding: Decoding) -> ConnectionAttempt? {
        var ledger = AttemptLedger(explain: AttemptExplanation.failure)
        for event in decoding.events { ledger.add(event) }
        #expect(ledger.attempts.count == 1)
        return ledger.attempts.first
    }

    private func failure(_ decoding: Decoding) -> FailureCode? {
        if case .failed(let failure)? = attempt(decoding)?.result { failure.code } else { nil }
    }

    private let silence = ["TCP started distribution", "TCP ended timeout(milliseconds: Optional(7000))"]

    /// The capture goes on: it is told when a node would have given up, and no SYN comes any more.
    @Test func aSilentPlaceIsToldWhenItsTimeIsOver() {
        let later = ConnectionMaker.handshake(PacketMaker(initiatorPort: 41_000)).made.map { (7.6, $0) }
        let decoding = decode(asked([0, 1, 3]) + later)
        #expect(decoding.story[..<2] == silence[...])
        #expect(decoding.events[1].isGuess)
        #expect(decoding.story[2...] == LinkTests.expected[...])
        // Where nobody knows of a node, nothing is missed.
        var capture = CaptureMaker(link: 101)
        for packet in asked([0, 1]) { capture.add(packet.1) }
        #expect(Decoding(capture.bytes).events.isEmpty)
    }

    /// A node with another net_setuptime is more patient, as its SYNs show.
    @Test func whoGoesOnAskingHasNotGivenUp() {
        let strangers = [7.6, 8, 14, 15.2]
        let early = decode(asked([0, 1, 3, 7, 15]), strangerAt: strangers + [30])
        #expect(early.story == ["TCP started distribution", "TCP ended timeout(milliseconds: Optional(30000))"])
        #expect(!early.events[1].isGuess)
        let late = decode(asked([0, 1, 3, 7, 15]), strangerAt: strangers + [31.6])
        #expect(late.story == ["TCP started distribution", "TCP ended timeout(milliseconds: Optional(15000))"])
        #expect(late.events[1].isGuess)
    }

    /// `tcpdump -i any` shows a packet once on each interface that it passes.
    @Test func aSynThatIsCapturedTwiceIsAskedOnce() {
        let times = [0, 1, 3, 7, 15]
        let twice = times.flatMap { [Double($0), Double($0) + 0.0004] }
        let decoding = decode(asked(twice), strangerAt: [7.6, 8, 14, 15.2, 30])
        #expect(decoding.story == ["TCP started distribution", "TCP ended timeout(milliseconds: Optional(30000))"])
        #expect(!decoding.events[1].isGuess)
    }

    /// Nothing was told before the answer: nothing has to be taken back.
    @Test(arguments: [6.9, 7.2, 9, 40]) func aLateAnswerIsNoTimeout(_ seconds: Double) {
        let made = ConnectionMaker.handshake().made
        let decoding = decode(asked([0, 1, 3]) + made.dropFirst().map { (seconds, $0) })
        #expect(decoding.story == LinkTests.expected)
        #expect(attempt(decoding)?.result == .up)
    }

    private let resumed = [
        "TCP started distribution", "TCP ended timeout(milliseconds: Optional(7000))",
        "TCP note answered after 9000 ms",
    ]

    @Test func whatWasTakenForOverGoesOn() {
        let made = ConnectionMaker.handshake().made
        let decoding = decode(asked([0, 1, 3]) + made.dropFirst().map { (9, $0) }, strangerAt: [8])
        #expect(decoding.story == resumed + LinkTests.expected[1...])
        let attempt = attempt(decoding)
        #expect(attempt?.result == .up)
        #expect(attempt?.events.contains { if case .ended = $0.what { true } else { false } } == false)
        #expect(Set(decoding.events.map(\.connection)) == [1])
        #expect(decoding.decoder.takePackets(of: 1).packets.count == made.count + 2)
    }

    /// The end is the one that the packets show, not the one that was guessed.
    @Test func theLastEndCounts() {
        var connection = ConnectionMaker.wrongCookie()
        connection.close()
        let wrongCookie = decode(asked([0, 1, 3]) + connection.made.dropFirst().map { (9, $0) }, strangerAt: [8])
        #expect(failure(wrongCookie) == .cookie)
        let packets = PacketMaker()
        let refusal = packets.packet(
            fromInitiator: false, sequence: 0, flags: PacketMaker.Flags.reset | PacketMaker.Flags.acknowledging)
        let refused = decode(asked([0, 1, 3]) + [(9, refusal)], strangerAt: [8, 10])
        #expect(refused.story == silence + ["TCP ended refused"])
        #expect(failure(refused) == .tcpRefused)
        #expect(refused.decoder.takeClosed().contains(1))
    }

    /// What no kernel waits for is not waited for here: its packets may be written.
    @Test func silenceIsNotKeptForEver() {
        let decoder = CaptureDecoder(cryptography: nil, nodePorts: [9_100...9_100], certificateFacts: { _ in nil })
        let opening = ConnectionMaker.handshake().made[0]
        opening.withUnsafeBytes { bytes in
            decoder.received(
                CapturedFrame(time: 1_000, link: .raw, interface: 0, bytes: bytes, originalLength: bytes.count))
        }
        decoder.passed(8_000_000)
        #expect(decoder.takeEvents().count == 2 && decoder.takeClosed().isEmpty)
        decoder.passed(120_000_000)
        #expect(decoder.takeClosed().isEmpty)
        decoder.passed(128_000_000)
        #expect(decoder.takeClosed() == [1])
        decoder.finish()
        #expect(decoder.takeEvents().isEmpty && decoder.takeClosed().isEmpty)
    }

    /// The initiator had given up: its kernel knows of no connection.
    @Test func anAnswerThatIsTooLateIsATimeout() {
        let made = ConnectionMaker.handshake().made
        let reset = PacketMaker().packet(sequence: 1_001, flags: PacketMaker.Flags.reset)
        let decoding = decode(asked([0, 1, 3]) + [(9, made[1]), (9.1, reset)], strangerAt: [8])
        #expect(
            decoding.story == resumed + ["TCP connected", "TCP ended timeout(milliseconds: Optional(9000))"])
        #expect(failure(decoding) == .tcpTimeout)
    }

    /// What is answered and is no node's is taken back all the same.
    @Test func anAnswerThatSaysNothingEndsNothing() {
        var connection = ConnectionMaker()
        connection.open()
        connection.send(Array("GET / HTTP/1.1\r\n\r\n".utf8))
        let decoding = decode(asked([0, 1, 3]) + connection.made.dropFirst().map { (9, $0) }, strangerAt: [8])
        #expect(decoding.story == resumed + ["TCP connected"])
        #expect(attempt(decoding)?.result == .pending)
        #expect(decoding.decoder.takeClosed() == [1])
    }

    /// epmd, too, may be silent, absent, or slow.
    @Test func epmdIsWaitedForAsWell() {
        let connection = ConnectionMaker.handshake(PacketMaker(acceptorPort: 4_369)).made
        let story = ["EPMD started epmd", "EPMD ended timeout(milliseconds: Optional(7000))"]
        let silent = decode([(0, connection[0])], strangerAt: [8])
        #expect(silent.story == story)
        #expect(failure(silent) == .epmdTimeout)
        let refusal = PacketMaker(acceptorPort: 4_369).packet(
            fromInitiator: false, sequence: 0, flags: PacketMaker.Flags.reset | PacketMaker.Flags.acknowledging)
        let refused = decode([(0, connection[0]), (0.1, refusal)])
        #expect(refused.story == ["EPMD started epmd", "EPMD ended refused"])
        let slow = decode([(0, connection[0]), (9, connection[1])], strangerAt: [8])
        #expect(slow.story == story + ["EPMD note answered after 9000 ms", "EPMD connected"])
    }
}
