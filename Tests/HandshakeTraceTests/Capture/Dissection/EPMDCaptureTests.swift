import Diagnosis
import ErlcluTestSupport
import HandshakeTrace
import Testing

/// What is asked of epmd, and what is an attempt to connect.
@Suite struct EPMDCaptureTests {
    /// - Parameter answer: nil where epmd says nothing.
    private func decode(_ question: [UInt8], _ answer: [UInt8]?, isReset: Bool = false) -> Decoding {
        var connection = ConnectionMaker(packets: PacketMaker(acceptorPort: 4_369))
        connection.open()
        connection.send(HandshakeBytes.message(question))
        if let answer { connection.send(fromInitiator: false, answer) }
        connection.close(fromInitiator: false, isReset: isReset)
        if !isReset { connection.close() }
        var capture = CaptureMaker(link: 101)
        for packet in connection.made { capture.add(packet) }
        return Decoding(capture.bytes)
    }

    private static let alive = [120, 0x23, 0x8C, 77, 0, 0, 6, 0, 5, 0, 1, UInt8(ascii: "n"), 0, 0] as [UInt8]

    /// Questions and answers as epmd of OTP 25 gives them.
    @Test(arguments: [
        ("d", "\0\0\u{11}\u{11}active name     <n> at port 9100, fd = 5\n\0", "DUMP question "),
        ("k", "OK", "KILL question "), ("snobody", "NOEXIST", "STOP question nobody"),
        ("sn", "STOPPED", "STOP question n"), ("n", "\0\0\u{11}\u{11}name n at port 9100\n", "NAMES question "),
    ])
    func whatPeopleAskIsNoAttempt(_ question: String, _ answer: String, _ told: String) {
        for isReset in [false, true] {
            let decoding = decode(Array(question.utf8), Array(answer.utf8), isReset: isReset)
            #expect(decoding.story.first == "EPMD initiator epmd \(told)")
            #expect(decoding.events.allSatisfy { $0.connection == nil }, "\(decoding.story)")
        }
    }

    @Test(arguments: [false, true]) func registrationsAndNamesWithoutAnswerAreNoAttempt(_ isReset: Bool) {
        for (question, request) in [(Self.alive, "ALIVE2 question n"), (Array("n".utf8), "NAMES question ")] {
            let decoding = decode(question, nil, isReset: isReset)
            #expect(
                decoding.story == ["EPMD initiator epmd \(request)", "EPMD note epmd did not answer"])
            #expect(decoding.events.allSatisfy { $0.connection == nil })
        }
    }

    /// A node that does not come to say its name is called as epmd called it; one that does, by its own name.
    @Test(arguments: [("x@10.0.0.9", "n@10.0.0.2"), ("x@box", "n"), ("x@fd00::1", "n@10.0.0.2")])
    func anAcceptorHasTheNameThatEPMDGave(_ initiator: String, _ supposed: String) {
        let answer = [119, 0] + Self.alive.dropFirst()
        var (asking, dialling) = (
            ConnectionMaker(packets: PacketMaker(acceptorPort: 4_369)), ConnectionMaker(packets: PacketMaker())
        )
        asking.open()
        asking.send(HandshakeBytes.message(Array("zn".utf8)))
        asking.send(fromInitiator: false, Array(answer))
        dialling.open()
        let flags: [UInt8] = [0, 0, 0, 0x0D, 0x07, 0xDF, 0x7F, 0xBD]
        dialling.send(
            HandshakeBytes.message([0x4E] + flags + [0, 0, 0, 5, 0, UInt8(initiator.utf8.count)] + initiator.utf8))
        for saysItsName in [false, true] {
            var connection = dialling
            if saysItsName { connection.send(fromInitiator: false, HandshakeBytes.status + HandshakeBytes.challenge) }
            connection.close(fromInitiator: false)
            var capture = CaptureMaker(link: 101)
            for packet in asking.made + connection.made { capture.add(packet) }
            let attempt = ledger(Decoding(capture.bytes)).attempts.first
            #expect(attempt?.events.first { $0.what == .connected }?.acceptor.name == "n@10.0.0.2")
            #expect(attempt?.acceptor.name == (saysItsName ? "two@10.0.0.2" : supposed))
        }
    }

    private func ledger(_ decoding: Decoding) -> AttemptLedger {
        var ledger = AttemptLedger(explain: AttemptExplanation.failure)
        for event in decoding.events { ledger.add(event) }
        return ledger
    }

    /// Who asks for a node wants to connect to it.
    @Test func aNodeThatIsAskedForInVainIsAnAttempt() {
        let decoding = decode(Array("znobody".utf8), nil)
        #expect(decoding.story.last?.hasPrefix("EPMD acceptor ended closed") == true)
        #expect(decoding.events.allSatisfy { $0.connection != nil })
        #expect(decode(Array("znobody".utf8), [119, 1]).story.last == "EPMD ended notRegistered")
    }
}
