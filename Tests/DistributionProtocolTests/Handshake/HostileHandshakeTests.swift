import DistributionProtocol
import ErlangTerm
import ErlcluTestSupport
import Testing

@Suite struct HostileHandshakeTests {
    private func failure(
        _ messages: [[UInt8]], identity: LocalIdentity = .fixed(.named("a@h"), creation: 1)
    ) -> HandshakeFailure? {
        var machine = InitiatorHandshake(.test(identity: identity))
        _ = machine.start()
        var failure: HandshakeFailure?
        for message in messages where failure == nil {
            failure = machine.received(HandshakeLengthPrefix.tcp.framed(message)).failure
        }
        return failure
    }

    private func status(_ words: String) -> [UInt8] { Array("s\(words)".utf8) }

    private func challenge(name: String, flags: UInt64 = .max, length: Int? = nil) -> [UInt8] {
        let count = length ?? name.utf8.count
        return [UInt8(ascii: "N")] + (0..<8).map { UInt8(truncatingIfNeeded: flags >> (56 - 8 * $0)) }
            + [0, 0, 0, 1, 0, 0, 0, 2, UInt8(count >> 8), UInt8(count & 255)] + Array(name.utf8)
    }

    @Test(arguments: [
        ("nok", HandshakeFailure.Reason.refused(.nok)), ("not_allowed", .refused(.notAllowed)),
        ("true", .unexpectedStatus(.true)), ("false", .unexpectedStatus(.false)),
        ("", .unexpectedStatus(.unknown(""))), ("okay", .unexpectedStatus(.unknown("okay"))),
        ("named", .unexpectedStatus(.unknown("named"))),
        ("named:\u{0}\u{3}x@h\u{0}\u{0}\u{0}\u{1}", .unexpectedStatus(.named("x@h", creation: 1))),
    ])
    func statusesToAFixedName(_ words: String, _ reason: HandshakeFailure.Reason) {
        #expect(failure([status(words)]) == HandshakeFailure(.status, reason))
    }

    @Test(arguments: [
        ("ok", HandshakeFailure.Reason.unexpectedStatus(.ok)),
        ("ok_simultaneous", .unexpectedStatus(.okSimultaneous)), ("alive", .unexpectedStatus(.alive)),
        ("nok", .refused(.nok)), ("not_allowed", .refused(.notAllowed)),
        ("named:\u{0}\u{3}x@g\u{0}\u{0}\u{0}\u{1}", .badAssignedName("x@g")),
        ("named:\u{0}\u{3}xah\u{0}\u{0}\u{0}\u{1}", .badAssignedName("xah")),
        ("named:\u{0}\u{0}\u{0}\u{0}\u{0}\u{1}", .malformed(.status, "the name is empty")),
        ("named:\u{7f}\u{7f}x@h\u{0}\u{0}\u{0}\u{1}", .malformed(.status, "it ends after 16 bytes")),
    ])
    func statusesToADynamicName(_ words: String, _ reason: HandshakeFailure.Reason) {
        #expect(failure([status(words)], identity: .dynamic(host: "h")) == HandshakeFailure(.status, reason))
    }

    @Test func challengesThatAreNone() {
        let ok = status("ok")
        #expect(
            failure([ok, ok])
                == HandshakeFailure(.challenge, .unexpectedMessage(tag: UInt8(ascii: "s"), expected: .challenge)))
        #expect(failure([ok, []]) == HandshakeFailure(.challenge, .malformed(.challenge, "it is empty")))
        #expect(
            failure([ok, challenge(name: "b@h", length: 60000)])
                == HandshakeFailure(.challenge, .malformed(.challenge, "it ends after 22 bytes")))
        #expect(
            failure([ok, challenge(name: String(repeating: "x", count: 256))])
                == HandshakeFailure(.challenge, .malformed(.challenge, "the name has more than 255 characters")))
        #expect(
            failure([ok, challenge(name: "")])
                == HandshakeFailure(.challenge, .malformed(.challenge, "the name is empty")))
        // Not UTF-8: it is read with replacement characters, and is then not our peer's name.
        let invalid = [UInt8](challenge(name: "b@h").dropLast()) + [0xff]
        guard case .nameMismatch = failure([ok, invalid])?.reason else {
            Issue.record("a name that is not UTF-8 was taken")
            return
        }
    }

    /// An acceptor of OTP 22 answers with `n`: version 5, 32 bits of flags, no HANDSHAKE_23.
    @Test func anOldNodeIsToldByItsFlags() {
        let old = [UInt8](hex: "6e 0005 00df7fbd 01020304") + Array("b@h".utf8)
        guard case .missingFlags(let missing, let peer) = failure([status("ok"), old])?.reason else {
            Issue.record("no missing flags")
            return
        }
        #expect(missing.contains(.handshake23))
        #expect(peer.version == 5)
        #expect(peer.name == "b@h")
    }

    @Test(arguments: [
        ("15 03 03 00 02 02 0a", UInt8?(10)), ("15 03 01 00 02 02 46", 70), ("15 03", nil), ("16 03 01 02 00", nil),
    ])
    func tlsRecordsAreNamed(_ hex: String, _ alert: UInt8?) {
        var machine = InitiatorHandshake(.test())
        _ = machine.start()
        let failure = machine.received([UInt8](hex: hex)).failure
        #expect(failure == HandshakeFailure(.status, .peerSpeaksTLS(alertDescription: alert)))
        var acceptor = AcceptorHandshake(.test())
        #expect(acceptor.received([UInt8](hex: hex)).failure?.reason == .peerSpeaksTLS(alertDescription: alert))
    }

    @Test func aTLSRecordByteByByte() {
        var machine = InitiatorHandshake(.test())
        _ = machine.start()
        #expect(machine.received([0x15]).isEmpty)
        #expect(machine.received([0x03]).failure?.reason == .peerSpeaksTLS(alertDescription: nil))
    }

    @Test func otherProtocolsShowTheirFirstBytes() {
        let http = Array("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".utf8)
        var machine = InitiatorHandshake(.test())
        _ = machine.start()
        #expect(
            machine.received(http).failure?.reason
                == .messageTooLong(length: 0x4854, limit: 2048, firstBytes: Array(http.prefix(32))))
    }

    @Test(arguments: ["ff ff ff ff", "80 00 00 00", "00 00 08 01"])
    func lengthsOnTLSHaveALimit(_ hex: String) {
        var machine = InitiatorHandshake(.test(prefix: .tls))
        _ = machine.start()
        let length = [UInt8](hex: hex).reduce(0) { $0 << 8 | Int($1) }
        #expect(
            machine.received([UInt8](hex: hex)).failure
                == HandshakeFailure(
                    .status, .messageTooLong(length: length, limit: 2048, firstBytes: [UInt8](hex: hex))))
        #expect(machine.received(Array("more".utf8)).isEmpty)
    }

    @Test func nothingIsReadBeforeTheStart() {
        var machine = InitiatorHandshake(.test())
        let failure = machine.received(HandshakeLengthPrefix.tcp.framed(status("ok"))).failure
        #expect(failure == HandshakeFailure(.name, .bytesOutOfTurn))
        #expect(machine.start().isEmpty)
    }

    @Test(arguments: ["", "noat", "a@", "@h", "a@h@h"])
    func namesThatAnAcceptorRefuses(_ name: String) {
        var machine = AcceptorHandshake(.test())
        let message = InitiatorHandshakeBytes.name(name, flags: .hiddenInitiator)
        let failure = machine.received(message).failure
        #expect(failure?.stage == .name)
        #expect(name.isEmpty || failure?.reason == .invalidName(name))
    }

    @Test func aDynamicNameIsAHostAlone() {
        var machine = AcceptorHandshake(.test())
        let message = InitiatorHandshakeBytes.name("a@h", flags: .hiddenInitiator.union(.nameMe))
        #expect(machine.received(message).failure?.reason == .invalidName("a@h"))
    }

    @Test func aFloodBeforeTheDecisionIsRefused() {
        var machine = AcceptorHandshake(.test())
        #expect(machine.received(InitiatorHandshakeBytes.name("a@h", flags: .hiddenInitiator)).failure == nil)
        #expect(machine.received([UInt8](repeating: 0, count: 2000)).failure == nil)
        #expect(machine.received([UInt8](repeating: 0, count: 2000)).failure?.reason == .bytesOutOfTurn)
        #expect(machine.decide(.accept, cookie: Secret("monster")).isEmpty)
    }

    @Test func theAcceptorRefusesMutations() {
        var generator = SeededGenerator(seed: 1)
        let name = InitiatorHandshakeBytes.name("a@h", flags: .hiddenInitiator)
        let reply = HandshakeLengthPrefix.tcp.framed([UInt8(ascii: "r")] + [UInt8](repeating: 7, count: 20))
        for _ in 0..<2_000 {
            var machine = AcceptorHandshake(.test())
            var actions = machine.received((name + reply).mutated(with: &generator))
            actions += machine.decide(.accept, cookie: Secret("monster"))
            #expect(actions.result == nil)
        }
    }
}

/// Handshake messages by hand.
enum InitiatorHandshakeBytes {
    static func name(_ name: String, flags: DistributionFlags) -> [UInt8] {
        let raw = flags.rawValue
        return HandshakeLengthPrefix.tcp.framed(
            [UInt8(ascii: "N")] + (0..<8).map { UInt8(truncatingIfNeeded: raw >> (56 - 8 * $0)) }
                + [0, 0, 0, 1, 0, UInt8(name.utf8.count)] + Array(name.utf8))
    }
}
