import DistributionProtocol
import ErlangTerm
import Testing

@Suite struct ControlMessageTests {
    static let here = PID(node: "a@h", id: 1, serial: 2, creation: 3)
    static let there = PID(node: "b@h", id: .max, serial: .max, creation: .max)
    static let reference = Reference(node: "a@h", creation: 3, words: [1, 2, 3])
    static let token = Term.tuple([.integer(0), .integer(17), .integer(1), .pid(here), .integer(0)])
    static let function = FunctionName(module: "m", function: "f", arity: 255)

    /// One message, or several, for every operation.
    static let messages: [ControlMessage] = [
        .link(from: here, to: there),
        .send(to: there),
        .exit(from: here, to: there, reason: .atom("boom")),
        .unlink(from: here, to: there),
        .nodeLink,
        .regSend(from: here, to: "rex"),
        .groupLeader(from: here, to: there),
        .exit2(from: here, to: there, reason: .tuple([.atom("shutdown"), .list([])])),
        .send(to: there, token: token),
        .exit(from: here, to: there, reason: .atom("boom"), token: token),
        .regSend(from: here, to: "rex", token: token),
        .exit2(from: here, to: there, reason: .atom("boom"), token: token),
        .monitorP(from: here, to: .pid(there), reference: reference),
        .monitorP(from: here, to: .name("srv"), reference: reference),
        .demonitorP(from: here, to: .name("srv"), reference: reference),
        .monitorPExit(from: .name("srv"), to: there, reference: reference, reason: .atom("noproc")),
        .sendSender(from: here, to: there),
        .sendSender(from: here, to: there, token: token),
        .payloadExit(from: here, to: there),
        .payloadExit(from: here, to: there, token: token),
        .payloadExit2(from: here, to: there),
        .payloadExit2(from: here, to: there, token: token),
        .payloadMonitorPExit(from: .pid(here), to: there, reference: reference),
        .spawnRequest(id: reference, from: here, groupLeader: there, function: function, options: []),
        .spawnRequest(
            id: reference, from: here, groupLeader: there, function: function,
            options: [.atom("link"), .tuple([.atom("monitor"), .list([])])], token: token),
        .spawnReply(id: reference, to: here, flags: [.link, .monitor], result: .spawned(there)),
        .spawnReply(id: reference, to: here, flags: [], result: .failed("badarg"), token: token),
        .aliasSend(from: here, alias: reference),
        .aliasSend(from: here, alias: reference, token: token),
        .unlinkID(id: 1, from: here, to: there),
        .unlinkID(id: .max, from: here, to: there),
        .unlinkIDAck(id: UInt64(Int.max) + 1, from: here, to: there),
        .altactSigSend(flags: [.priority, .alias], from: here, to: .alias(reference)),
        .altactSigSend(flags: [.name, .token], from: here, to: .name("srv"), token: token),
        .altactSigSend(
            flags: [.exit, .token, AltactFlags(rawValue: 1 << 20)], from: here, to: .pid(there), token: token),
    ]

    @Test func theTableCoversEveryOperation() {
        #expect(Set(Self.messages.map(\.operation)) == Set(ControlOperation.allCases))
    }

    @Test(arguments: messages)
    func roundTrip(_ message: ControlMessage) throws {
        let payload = Term.tuple([.atom("payload"), .binary([1, 2, 3])])
        let frame = DistributionMessage.frame(message, payload: payload)
        let decoded = try DistributionMessage(packet: Array(frame.dropFirst(4)))
        #expect(decoded.control == message)
        #expect(decoded.payload?.term == (message.operation.hasPayload ? payload : nil))
        #expect(frame.prefix(4).reduce(0) { $0 << 8 | Int($1) } == frame.count - 4)
    }

    @Test(arguments: messages)
    func arityIsThatOfTheTable(_ message: ControlMessage) {
        guard case .tuple(let elements) = message.term else {
            Issue.record("no tuple")
            return
        }
        let hasExtraToken = message.operation == .altactSigSend && elements.count == 5
        #expect(elements.count == message.operation.arity + (hasExtraToken ? 1 : 0))
        #expect(elements.first == .integer(message.operation.rawValue))
    }

    /// Each element replaced by one that no place takes, and the tuple one shorter and one longer.
    @Test(arguments: messages)
    func wrongFieldsAreNamed(_ message: ControlMessage) throws {
        guard case .tuple(let elements) = message.term else { return }
        for index in elements.indices.dropFirst() {
            var changed = elements
            changed[index] = .float(1.5)
            let takesAnything: Bool
            switch (message.operation, index) {
            case (.send, 1), (.sendTT, 1), (.regSend, 2), (.regSendTT, 2), (.exit, 3), (.exit2, 3): takesAnything = true
            case (.exitTT, 3...), (.exit2TT, 3...), (.monitorPExit, 4): takesAnything = true
            case (.sendTT, 3), (.regSendTT, 4), (.sendSenderTT, 3), (.payloadExitTT, 3), (.payloadExit2TT, 3):
                takesAnything = true
            case (.spawnRequestTT, 6), (.spawnReplyTT, 5), (.aliasSendTT, 3), (.altactSigSend, 4): takesAnything = true
            default: takesAnything = false
            }
            let decoded = try DecodedTerm(packet: Term.tuple(changed).encoded)
            if takesAnything {
                #expect(throws: Never.self) { try ControlMessage(decoded.root) }
            } else {
                #expect(throws: ControlError.unexpectedField(message.operation, position: index + 1)) {
                    try ControlMessage(decoded.root)
                }
            }
        }
        for changed in [elements.dropLast(), elements + [.integer(1), .integer(1)]] {
            let decoded = try DecodedTerm(packet: Term.tuple(Array(changed)).encoded)
            #expect(throws: ControlError.self) { try ControlMessage(decoded.root) }
        }
    }

    @Test(arguments: [
        (Term.atom("x"), ControlError.notATuple), (.tuple([]), .notATuple), (.tuple([.atom("x")]), .notATuple),
        (.tuple([.integer(9)]), .unknownOperation(9)), (.tuple([.integer(-1)]), .unknownOperation(-1)),
        (.tuple([.integer(5), .integer(1)]), .wrongArity(.nodeLink, 2)),
    ])
    func whatIsNoControlMessage(_ term: Term, _ error: ControlError) throws {
        let decoded = try DecodedTerm(packet: term.encoded)
        #expect(throws: error) { try ControlMessage(decoded.root) }
    }

    @Test func unlinkIDsOutsideTheirRangeAreRefused() throws {
        let pids: [Term] = [.pid(Self.here), .pid(Self.there)]
        let tooLarge = Term.bigInteger(BigInteger(isNegative: false, magnitude: [0, 0, 0, 0, 0, 0, 0, 0, 1]))
        let negative = Term.bigInteger(BigInteger(isNegative: true, magnitude: [0, 0, 0, 0, 0, 0, 0, 0x90]))
        for id in [.integer(0), .integer(-1), tooLarge, negative] {
            let decoded = try DecodedTerm(packet: Term.tuple([.integer(35), id] + pids).encoded)
            #expect(throws: ControlError.unexpectedField(.unlinkID, position: 2)) { try ControlMessage(decoded.root) }
        }
    }

    @Test func packetsOfOtherKindsAreNamed() {
        #expect(throws: MessageError.empty) { try DistributionMessage(packet: []) }
        #expect(throws: MessageError.unknownType(7)) { try DistributionMessage(packet: [7]) }
        for tag in UInt8(68)...70 {
            #expect(throws: MessageError.distributionHeader(tag)) {
                try DistributionMessage(packet: [131, tag, 0, 0])
            }
        }
        #expect(throws: MessageError.unknownType(131)) { try DistributionMessage(packet: [131]) }
        let link = DistributionMessage.frame(.link(from: Self.here, to: Self.there)).dropFirst(4)
        #expect(throws: MessageError.trailingBytes(2)) { try DistributionMessage(packet: link + [131, 106]) }
        let send = Array(DistributionMessage.frame(.send(to: Self.here), payload: .integer(1)).dropFirst(4).dropLast(3))
        #expect(throws: MessageError.payloadMissing(.send)) { try DistributionMessage(packet: send) }
    }

    @Test func payloadMayBeWrittenBySomebodyElse() throws {
        let inner = try DecodedTerm(packet: Term.list([.integer(1), .atom("x")]).encoded)
        let frame = DistributionMessage.frame(.send(to: Self.here)) { $0.write(inner.root) }
        #expect(frame == DistributionMessage.frame(.send(to: Self.here), payload: .list([.integer(1), .atom("x")])))
    }

    /// Control tuples become values, which take many times the bytes; only payloads are read in place.
    @Test func largeControlTupleIsRefused() {
        let pid = Term.pid(PID(node: "a@h", id: 1, serial: 0, creation: 1))
        let reason = Term.list([Term](repeating: .atom("x"), count: 1 << 16))
        let packet = [112] + Term.tuple([.integer(3), pid, pid, reason]).encoded
        #expect(throws: MessageError.self) { try DistributionMessage(packet: packet) }
        let payload = [112] + Term.tuple([.integer(2), .atom(""), pid]).encoded + reason.encoded
        #expect(throws: Never.self) { try DistributionMessage(packet: payload) }
    }
}
