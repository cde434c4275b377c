import ErlangTerm
import Testing

@Suite struct TermCodecTests {
    @Test(arguments: termVectors)
    func decodesWhatANodeWrites(vector: TermVector) throws {
        let packet = bytes(vector.hex)
        let decoded = try DecodedTerm(packet: packet)
        #expect(decoded.root.term == vector.term)
        #expect(decoded.endOffset == packet.count)
        #expect(Array(decoded.root.encodedBytes) == Array(packet.dropFirst()))
    }

    @Test(arguments: termVectors)
    func encodesAsANodeDoes(vector: TermVector) throws {
        let encoded = vector.term.encoded
        if vector.isCanonical { #expect(encoded == bytes(vector.hex)) }
        #expect(try DecodedTerm(packet: encoded).root.term == vector.term)
    }

    @Test(arguments: termVectors)
    func findsTheMessageBehindTheControlTerm(vector: TermVector) throws {
        let control = bytes(vector.hex)
        let packet = [112] + control + control
        let first = try DecodedTerm(packet: packet, at: 1)
        #expect(first.endOffset == 1 + control.count)
        let second = try DecodedTerm(packet: packet, at: first.endOffset)
        #expect(second.endOffset == packet.count)
        #expect(second.root.term == vector.term)
    }

    @Test(arguments: termVectors)
    func refusesEachTruncation(vector: TermVector) throws {
        let packet = bytes(vector.hex)
        for length in 0..<packet.count {
            #expect(throws: TermError.self) { try DecodedTerm(packet: Array(packet.prefix(length))) }
        }
    }

    @Test func readsOneTermWithAllVectorsInside() throws {
        let whole = Term.tuple(termVectors.map(\.term))
        let decoded = try DecodedTerm(packet: whole.encoded)
        #expect(decoded.root.term == whole)
        let elements = try #require(decoded.root.elements)
        for (element, vector) in zip(elements, termVectors) {
            var encoder = TermEncoder()
            encoder.writeVersion()
            encoder.write(element)
            #expect(encoder.bytes == vector.term.encoded)
        }
    }
}
