import Testing

@testable import ErlangTerm

/// Terms that a peer may have made to do harm, and terms that are merely large.
@Suite struct PrinterHostilityTests {
    /// Every control character in every place where a peer's text is printed.
    @Test func noControlCharacterIsRaw() throws {
        for code in (UInt32(0)...0x1F).map({ $0 }) + (0x7F...0x9F).map({ $0 }) {
            let scalar = try #require(Unicode.Scalar(code))
            let name = Atom("a" + String(scalar))
            var places: [Term] = [
                .atom(name), .list([.integer(97), .integer(Int(code))]), .binary(Array(name.name.utf8)),
                .binary([97, UInt8(code)]), .pid(PID(node: name, id: 1, serial: 0, creation: 1)),
                .port(PortIdentifier(node: name, id: 1, creation: 1, isWide: true)),
                .reference(Reference(node: name, creation: 1, words: [1])),
                .exportFun(module: name, function: name, arity: 1), .map([MapPair(.atom(name), .atom(name))]),
            ]
            let field: [UInt8] = [119, UInt8(name.name.utf8.count)] + Array(name.name.utf8)
            places.append(
                .nativeRecord(OpaqueRecord(encoded: [67, 0, 0, 0, 1, 0] + field + field + field + [106])))
            for style in [TermPrinter.Style.pretty, .plain] {
                for range in [PrintableRange.latin1, .unicode] {
                    let text = TermPrinter(style: style, range: range).text(.tuple(places))
                    for printed in text.unicodeScalars where printed != "\n" && printed != " " {
                        #expect(!(0..<0x20).contains(printed.value) && !(0x7F..<0xA0).contains(printed.value))
                    }
                }
            }
        }
    }

    @Test(arguments: [TermPrinter.Style.pretty, .plain])
    func depthTakesNoStack(style: TermPrinter.Style) throws {
        // Ten times the depth that the decoder lets through by itself.
        let depth = 10_000
        let limits = TermLimits(depth: .max, terms: .max, atoms: .max, uncompressedBytes: .max)
        var packet: [UInt8] = [131]
        for _ in 0..<depth { packet += [108, 0, 0, 0, 1] }
        packet += [UInt8](repeating: 106, count: depth + 1)
        let text = TermPrinter(style: style).text(try DecodedTerm(packet: packet, limits: limits).root)
        #expect(text == String(repeating: "[", count: depth + 1) + String(repeating: "]", count: depth + 1))

        var tuples: [UInt8] = [131]
        for _ in 0..<1_500 { tuples += [104, 2, 119, 3, 107, 101, 121] }
        let deep = TermPrinter(style: style).text(try DecodedTerm(packet: tuples + [106], limits: limits).root)
        #expect(deep.utf8.count { $0 == UInt8(ascii: "{") } == 1_500)
    }

    @Test func chunksAreSmallAndMakeTheWhole() throws {
        let term = Term.list(
            (0..<8_000).map { .tuple([.atom("key"), .integer($0), .binary([0, UInt8(truncatingIfNeeded: $0)])]) }
                + [.binary([UInt8](repeating: 65, count: 100_000)), .binary([UInt8](repeating: 1, count: 100_000))])
        let view = try DecodedTerm(packet: term.encoded).root
        var whole: [UInt8] = []
        TermPrinter().print(view, into: &whole)
        var parts: [UInt8] = []
        var largest = 0
        TermPrinter().print(view) { chunk in
            parts += chunk
            largest = max(largest, chunk.count)
            return true
        }
        #expect(parts == whole)
        #expect(largest < TextSink.chunkBytes + 5 * LongLeaf.pieceBytes)
        #expect(whole.count > 400_000)

        var taken = 0
        TermPrinter().print(view) { _ in
            taken += 1
            return taken < 3
        }
        #expect(taken == 3)
    }

    /// Each kind of part that can be long, on a line and in lines: what is printed in chunks is what is printed at once.
    @Test func longPartsAreContinued() throws {
        let big = BigInteger(isNegative: true, magnitude: [UInt8](repeating: 0x5A, count: 60_000))
        let huge = BigInteger(
            isNegative: true, magnitude: [UInt8](repeating: 7, count: BigIntegerText.decimalBytes + 9))
        let parts: [Term] = [
            .binary([UInt8](repeating: 65, count: 300_000)), .binary([UInt8](repeating: 1, count: 300_000)),
            .binary(Array(String(repeating: "a€", count: 70_000).utf8)),
            .bitString(BitString(bytes: [UInt8](repeating: 0xA0, count: 200_000), bitsInLastByte: 3)),
            .list((0..<200_000).map { .integer(0x61 + $0 % 20) }), .bigInteger(big), .bigInteger(huge),
        ]
        for term in parts + [.tuple([.atom("key")] + parts), .map([MapPair(parts[0], parts[1])])] {
            let view = try DecodedTerm(packet: term.encoded).root
            for printer in [
                TermPrinter(), TermPrinter(width: 0), TermPrinter(style: .plain), TermPrinter(range: .unicode),
            ] {
                var (whole, joined): ([UInt8], [UInt8]) = ([], [])
                printer.print(view, into: &whole)
                var text = TermText(of: view, printer)
                var chunks = 0
                while let chunk = text.next() {
                    joined += chunk
                    chunks += 1
                    #expect(chunk.count < TextSink.chunkBytes + 5 * LongLeaf.pieceBytes)
                }
                #expect(joined == whole && chunks > 1 && !text.isCut)
            }
        }
    }

    /// The conversion itself ends when the time is over: no more of it is done than between two looks.
    @Test func aLargeNumberEndsWithTheTime() throws {
        let number = BigInteger(
            isNegative: false, magnitude: [UInt8](repeating: 0xFF, count: BigIntegerText.decimalBytes))
        let view = try DecodedTerm(packet: Term.list([.integer(300), .bigInteger(number)]).encoded).root
        var looks = 0
        var text = TermText(of: view, TermPrinter(style: .plain)) {
            looks += 1
            return looks < 5
        }
        #expect(text.next() == Array("[300,".utf8))
        #expect(text.isCut && looks == 5)
        #expect(text.next() == nil)
    }

    @Test func textIsAppended() throws {
        var text = Array("x = ".utf8)
        TermPrinter().print(try DecodedTerm(packet: [131, 97, 7]).root, into: &text)
        #expect(String(decoding: text, as: UTF8.self) == "x = 7")
    }

    /// The text of a number, checked by its remainders: sizes around the places where the method changes.
    @Test(arguments: [9, 1023, 1024, 1025, 2048, 2049, 4097, 12_345])
    func hugeIntegers(bytes: Int) {
        var generator = SystemRandomNumberGenerator()
        var magnitude = (0..<bytes).map { _ in UInt8.random(in: 0...255, using: &generator) }
        magnitude[bytes - 1] |= 0x80
        let text = TermPrinter().text(.bigInteger(BigInteger(isNegative: true, magnitude: magnitude)))
        #expect(text.first == "-" && text.dropFirst().first != "0")
        for prime: UInt64 in [1_000_003, 4_294_967_291] {
            let expected = magnitude.reversed().reduce(UInt64(0)) { ($0 << 8 + UInt64($1)) % prime }
            let got = text.utf8.dropFirst().reduce(UInt64(0)) { ($0 * 10 + UInt64($1) - 48) % prime }
            #expect(got == expected, "\(bytes) bytes")
        }
    }

    @Test func integersBeyondTheBoundAreHexadecimal() {
        var magnitude = [UInt8](repeating: 0, count: BigIntegerText.decimalBytes + 1)
        magnitude[0] = 0xAB
        magnitude[BigIntegerText.decimalBytes] = 0x0C
        let text = TermPrinter().text(.bigInteger(BigInteger(isNegative: false, magnitude: magnitude)))
        #expect(text.hasPrefix("16#C00") && text.hasSuffix("00AB"))
        #expect(text.utf8.count == 4 + 2 * BigIntegerText.decimalBytes)
    }
}
