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

    /// Who asks for a node wants to connect to it.
    @Test func aNodeThatIsAskedForInVainIsAnAttempt() {
        let decoding = decode(Array("znobody".utf8), nil)
        #expect(decoding.story.last?.hasPrefix("EPMD acceptor ended closed") == true)
        #expect(decoding.events.allSatisfy { $0.connection != nil })
        #expect(decode(Array("znobody".utf8), [119, 1]).story.last == "EPMD ended notRegistered")
    }
}
