import DistributionProtocol
import ErlangTerm
import Testing

@Suite struct HandshakePairTests {
    @Test(arguments: [HandshakeLengthPrefix.tcp, .tls], [1, 2, 3, .max])
    func fixedName(_ prefix: HandshakeLengthPrefix, _ chunk: Int) throws {
        var pair = HandshakePair(.test(prefix: prefix), .test(prefix: prefix))
        pair.chunkBytes = chunk
        pair.run()
        guard case .done(let ours) = pair.initiatorOutcome, case .done(let theirs) = pair.acceptorOutcome else {
            Issue.record("\(String(describing: pair.initiatorOutcome)) \(String(describing: pair.acceptorOutcome))")
            return
        }
        #expect(ours.peer.name == "b@h")
        #expect(ours.peer.creation == 22)
        #expect(ours.peer.version == 6)
        #expect(ours.peer.isPublished)
        #expect(ours.localName.name == "a@h")
        #expect(ours.localCreation == 11)
        #expect(theirs.peer.name == "a@h")
        #expect(theirs.peer.creation == 11)
        #expect(!theirs.peer.isPublished)
        #expect(ours.sharedFlags == theirs.sharedFlags)
        #expect(ours.sharedFlags == .hiddenInitiator)
        #expect(!ours.replacedLink)
        #expect(ours.leftover.isEmpty)
    }

    @Test(arguments: [HandshakeLengthPrefix.tcp, .tls], [1, .max])
    func dynamicName(_ prefix: HandshakeLengthPrefix, _ chunk: Int) throws {
        var pair = HandshakePair(.test(identity: .dynamic(host: "10.1.2.3"), prefix: prefix), .test(prefix: prefix))
        pair.chunkBytes = chunk
        pair.decision = .assign(.named("3UW7G348MAFMQ@10.1.2.3"), creation: .max)
        pair.run()
        guard case .done(let ours) = pair.initiatorOutcome, case .done(let theirs) = pair.acceptorOutcome else {
            Issue.record("\(String(describing: pair.initiatorOutcome)) \(String(describing: pair.acceptorOutcome))")
            return
        }
        #expect(pair.question?.name == "10.1.2.3")
        #expect(ours.localName.name == "3UW7G348MAFMQ@10.1.2.3")
        #expect(ours.localCreation == .max)
        #expect(theirs.peer.name == "3UW7G348MAFMQ@10.1.2.3")
        #expect(theirs.peer.creation == .max)
        #expect(ours.peer.flags.contains(.nameMe))
        #expect(!ours.peer.isPublished)
    }

    @Test(arguments: [1, .max])
    func oldNameAndComplement(_ chunk: Int) throws {
        var configuration = InitiatorHandshake.Configuration.test()
        configuration.beginsWithOldName = true
        var pair = HandshakePair(configuration, .test())
        pair.chunkBytes = chunk
        pair.run()
        guard case .done(let ours) = pair.initiatorOutcome, case .done(let theirs) = pair.acceptorOutcome else {
            Issue.record("\(String(describing: pair.initiatorOutcome)) \(String(describing: pair.acceptorOutcome))")
            return
        }
        // The upper half of the flags and the creation came with the complement.
        #expect(theirs.peer.flags == .hiddenInitiator)
        #expect(theirs.peer.creation == 11)
        #expect(theirs.peer.version == 5)
        #expect(ours.sharedFlags == theirs.sharedFlags)
        #expect(pair.acceptorEvents.map(\.message).contains(.complement))
    }

    @Test func simultaneousConnectIsAccepted() {
        var pair = HandshakePair(.test(), .test())
        pair.decision = .acceptSimultaneous
        pair.run()
        #expect(pair.initiatorEvents.contains { $0.status == .okSimultaneous })
        guard case .done = pair.initiatorOutcome, case .done = pair.acceptorOutcome else {
            Issue.record("not done")
            return
        }
    }

    @Test func aLivingLinkIsReplaced() {
        var pair = HandshakePair(.test(), .test())
        pair.decision = .askWhetherAlive
        pair.run()
        guard case .done(let ours) = pair.initiatorOutcome, case .done(let theirs) = pair.acceptorOutcome else {
            Issue.record("not done")
            return
        }
        #expect(ours.replacedLink)
        #expect(theirs.replacedLink)
    }

    @Test func aLivingLinkIsKept() {
        var configuration = InitiatorHandshake.Configuration.test()
        configuration.replacesLivingLink = false
        var pair = HandshakePair(configuration, .test())
        pair.decision = .askWhetherAlive
        pair.run()
        #expect(pair.initiatorOutcome == .failed(HandshakeFailure(.status, .refused(.alive))))
        #expect(pair.acceptorOutcome == .failed(HandshakeFailure(.status, .refused(.false))))
    }

    @Test(arguments: [
        (AcceptorDecision.refuse, HandshakeStatus.nok), (.deny, .notAllowed),
        (.assign(.named("x@h"), creation: 1), .notAllowed),
    ])
    func refusals(_ decision: AcceptorDecision, _ status: HandshakeStatus) {
        var pair = HandshakePair(.test(), .test())
        pair.decision = decision
        pair.run()
        #expect(pair.initiatorOutcome == .failed(HandshakeFailure(.status, .refused(status))))
        guard case .failed(let failure) = pair.acceptorOutcome else {
            Issue.record("the acceptor did not fail")
            return
        }
        #expect(failure.stage == .status)
    }

    @Test(arguments: [AcceptorDecision.accept, .acceptSimultaneous, .askWhetherAlive])
    func aNodeThatWantsANameIsNotLeftWithoutOne(_ decision: AcceptorDecision) {
        var pair = HandshakePair(.test(identity: .dynamic(host: "h")), .test())
        pair.decision = decision
        pair.run()
        #expect(pair.initiatorOutcome == .failed(HandshakeFailure(.status, .refused(.notAllowed))))
    }

    @Test func anotherCookieClosesTheLink() {
        var pair = HandshakePair(.test(cookie: "other"), .test())
        pair.run()
        #expect(pair.acceptorOutcome == .failed(HandshakeFailure(.reply, .wrongDigest)))
        #expect(pair.initiatorOutcome == .failed(HandshakeFailure(.ack, .closed)))
    }

    /// An acceptor that lets everybody in does not thereby prove that it knows the cookie.
    @Test func aWrongAcknowledgementIsRefused() {
        var pair = HandshakePair(.test(), .test())
        pair.tampering = { fromInitiator, index, packet in
            guard !fromInitiator, index == 2, let last = packet.last else { return packet }
            return packet.dropLast() + [last ^ 1]
        }
        pair.run()
        #expect(pair.initiatorOutcome == .failed(HandshakeFailure(.ack, .wrongDigest)))
    }

    @Test(arguments: [
        ("b@127.0.0.1", "b@10.0.0.1", false), ("b@h", "c@h", false), ("b@h", "b@h.example.org", true),
        ("b@h.example.org", "b@h", true), ("b@::1", "b@h", true),
    ])
    func theNameMustBeTheOneDialled(_ dialled: String, _ actual: String, _ typesDiffer: Bool) {
        var pair = HandshakePair(.test(peer: dialled), .test(name: actual))
        pair.run()
        let reason: HandshakeFailure.Reason =
            typesDiffer
            ? .nameTypeMismatch(dialled: dialled, actual: actual) : .nameMismatch(dialled: dialled, actual: actual)
        #expect(pair.initiatorOutcome == .failed(HandshakeFailure(.challenge, reason)))
        #expect(pair.acceptorOutcome == .failed(HandshakeFailure(.reply, .closed)))
    }

    @Test func theInitiatorMissesFlags() {
        var acceptor = AcceptorHandshake.Configuration.test()
        acceptor.flags.subtract([.handshake23, .utf8Atoms, .mandatory25Digest])
        var pair = HandshakePair(.test(), acceptor)
        pair.run()
        guard case .failed(let failure) = pair.initiatorOutcome,
            case .missingFlags(let missing, let peer) = failure.reason
        else {
            Issue.record("no missing flags")
            return
        }
        #expect(missing.names == ["UTF8_ATOMS", "HANDSHAKE_23"])
        #expect(peer.name == "b@h")
    }

    @Test func theAcceptorMissesFlags() {
        var initiator = InitiatorHandshake.Configuration.test()
        initiator.flags.subtract([.bigCreation, .mandatory25Digest])
        var pair = HandshakePair(initiator, .test())
        pair.run()
        #expect(pair.initiatorOutcome == .failed(HandshakeFailure(.status, .refused(.notAllowed))))
        guard case .failed(let failure) = pair.acceptorOutcome,
            case .missingFlags(.bigCreation, _) = failure.reason
        else {
            Issue.record("no missing flags")
            return
        }
        #expect(pair.question == nil)
    }

    /// V4_NC is in the upper half: an `n` message cannot say it, so it is looked for in the complement.
    @Test func flagsOfTheComplementAreChecked() {
        var initiator = InitiatorHandshake.Configuration.test()
        initiator.beginsWithOldName = true
        initiator.flags.subtract(.v4NC)
        var acceptor = AcceptorHandshake.Configuration.test()
        acceptor.requiredFlags = .mandatory26
        var pair = HandshakePair(initiator, acceptor)
        pair.run()
        guard case .failed(let failure) = pair.acceptorOutcome, case .missingFlags(.v4NC, _) = failure.reason else {
            Issue.record("\(String(describing: pair.acceptorOutcome))")
            return
        }
        #expect(failure.stage == .reply)
    }

    @Test(arguments: [
        (["a@h"], true), (["h"], true), (["a@"], true), (["x@h", "h"], true), ([], false), (["b@h"], false),
        (["x"], false), (["b@"], false), (["@", "", "a@h@h"], false),
    ])
    func allowList(_ entries: [String], _ permits: Bool) {
        #expect(AllowList(entries).permits("a@h") == permits)
        var acceptor = AcceptorHandshake.Configuration.test()
        acceptor.allowed = AllowList(entries)
        var pair = HandshakePair(.test(), acceptor)
        pair.run()
        if permits {
            guard case .done = pair.initiatorOutcome else {
                Issue.record("not let in")
                return
            }
        } else {
            #expect(pair.initiatorOutcome == .failed(HandshakeFailure(.status, .refused(.notAllowed))))
            #expect(pair.acceptorOutcome == .failed(HandshakeFailure(.name, .notAllowed("a@h"))))
        }
    }

    @Test func eventsTellTheStoryWithoutSecrets() {
        var pair = HandshakePair(.test(), .test())
        pair.run()
        #expect(
            pair.initiatorEvents.map { "\($0.direction.rawValue) \($0.message.rawValue)" } == [
                "sent send_name", "received send_status", "received send_challenge", "sent send_challenge_reply",
                "received send_challenge_ack",
            ])
        #expect(pair.initiatorEvents.first?.name == "a@h")
        #expect(pair.initiatorEvents[2].flags?.contains(.published) == true)
        #expect(pair.acceptorEvents.map(\.message) == pair.initiatorEvents.map(\.message))
        let text = String(describing: pair.initiatorEvents) + String(reflecting: pair.acceptorEvents)
        // The challenges in decimal: 0xdeadbeef and 0x80000001.
        for secret in ["monster", "3735928559", "2147483649"] { #expect(!text.contains(secret)) }
    }
}
