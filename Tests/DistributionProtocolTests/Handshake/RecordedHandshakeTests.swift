import DistributionProtocol
import ErlangTerm
import ErlcluTestSupport
import Testing

/// Handshakes that real nodes answered, recorded on the wire: cookie `distcookie`, our challenge 0x01020304, a
/// dynamic name on `localhost`.
struct RecordedHandshake: CustomTestStringConvertible {
    var release: Int
    var peer: String
    var status: String
    var challenge: String
    var reply: String
    var ack = "6180812e1585474d2830fefdc9aa49b43f"

    var testDescription: String { "OTP \(release)" }

    static let all = [
        RecordedHandshake(
            release: 23, peer: "dist23@vm",
            status: "736e616d65643a001731553257473146574e57553144406c6f63616c686f7374ff338f37",
            challenge: "4e0000000301df7fbcfebfde8d6b02d0ad000964697374323340766d",
            reply: "72010203042dd954137a1a81a192ad1c83be4460a1"),
        RecordedHandshake(
            release: 25, peer: "dist25@vm",
            status: "736e616d65643a00173331365a41305a5a5249445358406c6f63616c686f7374a462b6bd",
            challenge: "4e0000000f07df7fbcf28fcd8f6b02d0ad000964697374323540766d",
            reply: "7201020304e5e6324a401474ab2d83a694670ee7f2"),
        RecordedHandshake(
            release: 29, peer: "dist29@vm",
            status: "736e616d65643a00173330525157525730534e37414d406c6f63616c686f737487709205",
            challenge: "4e0000006f07df7fbc9fa3e9766b02d0ad000964697374323940766d",
            reply: "7201020304e6d6288d4aaacf4542c1d6efa957e5f4"),
    ]

    func initiator(_ prefix: HandshakeLengthPrefix = .tcp) -> InitiatorHandshake {
        InitiatorHandshake(
            InitiatorHandshake.Configuration(
                identity: .dynamic(host: "localhost"), peer: .named(peer), cookie: Secret("distcookie"),
                challenge: 0x0102_0304, lengthPrefix: prefix))
    }

    /// All that the node sent, then the first bytes of a frame.
    func stream(_ prefix: HandshakeLengthPrefix = .tcp) -> [UInt8] {
        [status, challenge, ack].flatMap { prefix.framed([UInt8](hex: $0)) } + [0, 0]
    }
}

@Suite struct RecordedHandshakeTests {
    @Test(arguments: RecordedHandshake.all, [HandshakeLengthPrefix.tcp, .tls])
    func replayed(_ recorded: RecordedHandshake, _ prefix: HandshakeLengthPrefix) throws {
        var machine = recorded.initiator(prefix)
        #expect(machine.stage == .name)
        let name = try #require(machine.start().sent.first)
        #expect(name.suffix(9) == Array("localhost".utf8)[...])
        #expect(machine.stage == .status)
        #expect(machine.received(prefix.framed([UInt8](hex: recorded.status))).sent.isEmpty)
        #expect(machine.stage == .challenge)
        let actions = machine.received(prefix.framed([UInt8](hex: recorded.challenge)))
        #expect(actions.sent == [prefix.framed([UInt8](hex: recorded.reply))])
        #expect(machine.stage == .ack)
        let result = try #require(machine.received(prefix.framed([UInt8](hex: recorded.ack)) + [0, 0, 0]).result)
        #expect(result.leftover == [0, 0, 0])
        #expect(result.peer.creation == 0x6b02_d0ad)
        #expect(result.localName.host == "localhost")
        #expect(result.peer.flags.missing(from: .requiredOfPeer).isEmpty)
        #expect(result.peer.flags.names.allSatisfy { !$0.hasPrefix("BIT_") || $0 == "BIT_BINARIES" })
        #expect(machine.received([1, 2, 3]).isEmpty)
        #expect(machine.closed() == nil)
    }

    @Test(arguments: RecordedHandshake.all, [1, 2, 3, 7])
    func inPieces(_ recorded: RecordedHandshake, _ size: Int) throws {
        var machine = recorded.initiator()
        _ = machine.start()
        var actions: [HandshakeAction] = []
        for chunk in recorded.stream().dropLast(2).chunks(of: size) { actions += machine.received(Array(chunk)) }
        #expect(actions.sent == [HandshakeLengthPrefix.tcp.framed([UInt8](hex: recorded.reply))])
        #expect(actions.result?.peer.name == recorded.peer)
    }

    @Test(arguments: RecordedHandshake.all)
    func closedAfterEachByte(_ recorded: RecordedHandshake) {
        let stream = recorded.stream()
        for count in 0..<stream.count - 2 {
            var machine = recorded.initiator()
            _ = machine.start()
            let actions = machine.received(Array(stream[..<count]))
            #expect(actions.result == nil)
            #expect(actions.failure == nil)
            let stage = machine.stage
            #expect(machine.closed() == HandshakeFailure(stage, .closed))
            #expect(machine.closed() == nil)
        }
    }

    /// Each message cut short, with a length that fits: the fields end too early.
    @Test(arguments: RecordedHandshake.all)
    func messagesThatEndEarly(_ recorded: RecordedHandshake) {
        let messages = [recorded.status, recorded.challenge, recorded.ack].map { [UInt8](hex: $0) }
        for (index, message) in messages.enumerated() {
            for count in 0..<message.count {
                var machine = recorded.initiator()
                _ = machine.start()
                for earlier in messages[..<index] {
                    _ = machine.received(HandshakeLengthPrefix.tcp.framed(earlier))
                }
                let actions = machine.received(HandshakeLengthPrefix.tcp.framed(Array(message[..<count])))
                #expect(actions.result == nil)
                #expect(actions.failure != nil, "message \(index) cut to \(count) bytes was taken")
            }
        }
    }

    @Test(arguments: RecordedHandshake.all)
    func mutationsEndInATypedFailureOrInOurPeer(_ recorded: RecordedHandshake) {
        var generator = SeededGenerator(seed: UInt64(recorded.release))
        for _ in 0..<2_000 {
            let stream = recorded.stream().mutated(with: &generator)
            var machine = recorded.initiator()
            _ = machine.start()
            let actions = machine.received(stream)
            if let result = actions.result { #expect(result.peer.name == recorded.peer) }
            #expect(actions.result == nil || actions.failure == nil)
        }
    }

    /// OTP 25's own name and reply, as an acceptor gets them.
    @Test func theAcceptorTakesWhatAnInitiatorSent() throws {
        var machine = AcceptorHandshake(
            AcceptorHandshake.Configuration(
                name: .named("dist25@vm"), creation: 1, flags: .hiddenInitiator, challenge: 0xf28f_cd8f,
                lengthPrefix: .tcp))
        let recorded = RecordedHandshake.all[1]
        var initiator = recorded.initiator()
        let actions = machine.received(initiator.start().sent.flatMap { $0 })
        #expect(actions.failure == nil)
        let answer = machine.decide(
            .assign(.named("316ZA0ZZRIDSX@localhost"), creation: 0xa462_b6bd), cookie: Secret("distcookie"))
        #expect(answer.sent.first == HandshakeLengthPrefix.tcp.framed([UInt8](hex: recorded.status)))
        let last = machine.received(HandshakeLengthPrefix.tcp.framed([UInt8](hex: recorded.reply)))
        #expect(last.sent == [HandshakeLengthPrefix.tcp.framed([UInt8](hex: recorded.ack))])
        #expect(last.result?.peer.name == "316ZA0ZZRIDSX@localhost")
    }
}
