import DistributionProtocol
import ErlangTerm
import ErlcluTestSupport
import Testing

@Suite struct RecordedPacketTests {
    @Test(arguments: RecordedPacket.all)
    func decodesAndEncodesToTheSameBytes(_ recorded: RecordedPacket) throws {
        let message = try DistributionMessage(packet: recorded.bytes)
        #expect(message.control.operation.rawValue == recorded.operation)
        #expect((message.payload != nil) == message.control.operation.hasPayload)
        let frame = DistributionMessage.frame(message.control, payload: message.payload?.term)
        #expect(Array(frame.dropFirst(4)) == recorded.bytes)
        #expect(frame.prefix(4).reduce(0) { $0 << 8 | Int($1) } == recorded.bytes.count)
    }

    @Test(arguments: RecordedPacket.all)
    func everyTruncationIsATypedError(_ recorded: RecordedPacket) {
        for count in 0..<recorded.bytes.count {
            #expect(throws: MessageError.self) {
                try DistributionMessage(packet: Array(recorded.bytes[..<count]))
            }
        }
    }

    @Test(arguments: RecordedPacket.all)
    func aByteBehindTheEndIsAnError(_ recorded: RecordedPacket) {
        #expect(throws: MessageError.self) { try DistributionMessage(packet: recorded.bytes + [0]) }
    }

    /// The property is that nothing but a `MessageError` comes out, and no trap.
    @Test(arguments: RecordedPacket.all)
    func mutationsAreDecodedOrRefused(_ recorded: RecordedPacket) {
        var generator = SeededGenerator(seed: UInt64(recorded.operation))
        for _ in 0..<500 {
            let packet = recorded.bytes.mutated(with: &generator)
            do throws(MessageError) {
                let message = try DistributionMessage(packet: packet)
                _ = message.payload?.term
                _ = DistributionMessage.frame(message.control, payload: message.payload?.term)
            } catch {
                continue
            }
        }
    }

    @Test func fieldsAreReadInTheOrderOfTheWire() throws {
        let remote = PID(node: "cap@localhost", id: 7, serial: 0, creation: 5)
        let traced = try #require(RecordedPacket.all.first { $0.operation == 13 })
        guard
            case .exit(let from, let to, let reason, let token) = try DistributionMessage(packet: traced.bytes).control
        else {
            Issue.record("not an exit signal")
            return
        }
        #expect(from.node == "dist25@vm")
        #expect(to == remote)
        #expect(reason == .atom("tbye"))
        guard case .tuple(let parts) = token else {
            Issue.record("the token is no tuple")
            return
        }
        #expect(parts.count == 5)
    }
}
