import ErlangTerm
import Testing

@Suite struct TermEncoderTests {
    @Test func fillsTheLengthInFront() throws {
        var encoder = TermEncoder(reservingPrefix: 4)
        encoder.writeBytes([112])
        encoder.writeVersion()
        encoder.write(.tuple(1, .atom("a")))
        encoder.writeVersion()
        encoder.write(try DecodedTerm(packet: bytes("83 68 01 6a")).root)
        encoder.fillLengthPrefix()
        #expect(encoder.bytes == bytes("0000000d 70 83 6802 6101 770161 83 6801 6a"))
    }

    @Test func writesBytesAsAStringUpToItsLimit() throws {
        let longest = Term.list([Term](repeating: 7, count: 65535))
        #expect(longest.encoded.prefix(4) == bytes("83 6b ffff")[...])
        let longer = Term.list([Term](repeating: 7, count: 65536))
        #expect(longer.encoded.prefix(6) == bytes("83 6c 00010000")[...])
        for term in [longest, longer] { #expect(try DecodedTerm(packet: term.encoded).root.term == term) }
    }

    /// Fields gather in a buffer, large binaries pass it by: the order must stay.
    @Test(arguments: [1, 1023, 1024, 1025, 4090, 4096, 5000, 100_000])
    func keepsOrderAroundLargeBinaries(size: Int) throws {
        let term = Term.list(
            (0..<20).map { .tuple(.integer($0), .binary([UInt8](repeating: UInt8($0), count: size)), .atom("end")) })
        #expect(try DecodedTerm(packet: term.encoded).root.term == term)
    }

    @Test func writesTermsAsDeepAsTheLimit() throws {
        var term = Term.emptyList
        for _ in 0..<TermLimits.standard.depth { term = .map([MapPair(term, 1)]) }
        let decoded = try DecodedTerm(packet: term.encoded)
        #expect(decoded.root.term == term)
        #expect(decoded.root.term.hashValue == term.hashValue)
        #expect(throws: TermError.self) { try DecodedTerm(packet: Term.tuple([term]).encoded) }
    }
}
