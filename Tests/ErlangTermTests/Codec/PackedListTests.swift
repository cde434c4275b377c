import ErlangTerm
import Testing

/// Long lists of small integers, whose elements have no words on the tape.
@Suite struct PackedListTests {
    private static let values = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 7) }
    /// As a node writes a list that is too long for STRING_EXT.
    private static let list: [UInt8] = [108, 0, 0, 1, 44] + values.flatMap { [97, $0] } + [106]
    /// With something before and behind it.
    private static let packet: [UInt8] = [131, 104, 3, 97, 1] + list + [97, 2]

    private func list(in packet: [UInt8] = Self.packet) throws -> TermView {
        try #require(DecodedTerm(packet: packet).root.elements(3)?[1])
    }

    @Test func isReadAsAnyOtherList() throws {
        let view = try list()
        let elements = try #require(view.list)
        #expect(elements.count == 300)
        #expect(elements.compactMap(\.integer) == Self.values.map(Int.init))
        #expect(elements[299]?.integer == Int(Self.values[299]))
        #expect(elements[300] == nil)
        #expect(elements[1]?.encodedBytes == [97, Self.values[1]])
        #expect(Array(view.encodedBytes) == Self.list)
        #expect(view.term == .list(Self.values.map { .integer(Int($0)) }))
        #expect(try DecodedTerm(packet: Self.packet).root.elements?[2]?.integer == 2)
    }

    @Test func isPrintedAsTheSameBytesAre() throws {
        let string = try DecodedTerm(packet: [131, 107, 1, 44] + Self.values).root
        #expect(TermPrinter().text(try list()) == TermPrinter().text(string))
        #expect(TermPrinter().text(try list()).hasPrefix("[0,7,14,21"))
    }

    /// One element of another kind, or another tail, and it is a list of cells.
    @Test func othersAreNotTakenForOne() throws {
        var other = Self.packet
        other.replaceSubrange(10..<12, with: [98, 0, 0, 1, 0])
        #expect(try list(in: other).list?.prefix(2).compactMap(\.integer) == [256, 7])
        var improper = Self.packet
        improper.replaceSubrange((improper.count - 3)..<(improper.count - 2), with: [97, 9])
        #expect(try list(in: improper).list == nil)
        #expect(try list(in: improper).term == .improperList(Self.values.map { .integer(Int($0)) }, tail: 9))
    }

    @Test func isCutAnywhere() {
        for count in 1..<Self.packet.count {
            #expect(throws: TermError.self) { try DecodedTerm(packet: Array(Self.packet[..<count])) }
        }
    }

    @Test func countsAgainstTheLimits() {
        var limits = TermLimits.standard
        limits.terms = 304
        #expect(throws: TermError.self) { try DecodedTerm(packet: Self.packet, limits: limits) }
        limits.terms = 305
        #expect(throws: Never.self) { try DecodedTerm(packet: Self.packet, limits: limits) }
        limits.depth = 1
        #expect(throws: TermError.self) { try DecodedTerm(packet: Self.packet, limits: limits) }
    }
}
