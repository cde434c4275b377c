import DistributionProtocol
import ErlcluTestSupport
import PacketCapture
import Testing

@testable import HandshakeTrace

@Suite struct LinkRecognitionTests {
    private func verdicts(
        _ segments: [(FlowDirection, [UInt8])], isExpected: Bool = false
    ) -> [LinkRecognition.Verdict] {
        var link = LinkRecognition()
        return segments.map { direction, bytes in
            bytes.withUnsafeBytes { link.received($0, from: direction, isExpected: isExpected) }
        }
    }

    private let tick = HandshakeBytes.tick

    @Test func ticksOfBothEndsMakeALink() {
        #expect(
            verdicts([
                (.fromInitiator, tick), (.fromInitiator, tick), (.fromInitiator, tick), (.fromAcceptor, tick),
                (.fromAcceptor, tick),
            ]) == [.undecided, .undecided, .undecided, .undecided, .link])
        #expect(verdicts([(.fromAcceptor, tick + tick), (.fromInitiator, tick + tick)]) == [.undecided, .link])
        #expect(verdicts([(.fromAcceptor, tick)], isExpected: true) == [.link])
    }

    @Test func aControlMessageMakesALink() {
        #expect(verdicts([(.fromInitiator, HandshakeBytes.regSend)]) == [.link])
        #expect(verdicts([(.fromInitiator, tick), (.fromInitiator, HandshakeBytes.regSend)]) == [.undecided, .link])
        #expect(verdicts([(.fromInitiator, tick + HandshakeBytes.regSend)]) == [.link])
        // With the atom cache; its first fragment; a later one; and one that ends elsewhere.
        let tuple: [UInt8] = [104, 4, 97, 6, 106]
        for header in [[131, 68, 0], [131, 69] + [UInt8](repeating: 0, count: 17), [131, 70, 0, 0]] as [[UInt8]] {
            #expect(verdicts([(.fromAcceptor, [0, 0, 0, 40] + header + tuple)]) == [.link], "\(header)")
        }
        #expect(verdicts([(.fromAcceptor, [0, 0, 1, 0, 131, 68, 200, 1, 2, 3])]) == [.link])
    }

    /// Nothing of a link, however it is cut.
    @Test(
        arguments: [
            [0], [0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 7, 112, 131], [0, 0, 0, 9, 112, 131, 1, 2, 3, 4],
            [0, 0, 0, 9, 112, 131, 104, 2, 97, 250], [0, 0, 0, 3, 131, 68, 200, 1],
            [255, 255, 255, 255, 112, 131, 104, 4],
            [0, 0, 0, 1, 2], [UInt8](repeating: 0, count: 12), [UInt8](repeating: 0, count: 1_448),
            [0x13] + Array("BitTorrent protocol".utf8),
        ] as [[UInt8]]) func otherThingsDoNot(_ bytes: [UInt8])
    {
        #expect(verdicts([(.fromInitiator, bytes)]) == [.other])
        #expect(verdicts([(.fromInitiator, bytes)], isExpected: true) == [.other])
    }

    @Test func oneEndAloneIsNotWaitedForForEver() {
        let all = verdicts([(FlowDirection, [UInt8])](repeating: (.fromInitiator, tick), count: 1_000))
        #expect(all.dropLast().allSatisfy { $0 == .undecided } && all.last == .other)
    }
}
