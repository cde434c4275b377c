import Testing

@testable import ErlangTerm

/// What the vectors of a real `erl` cannot say: identifiers of other nodes, records of OTP 29, the wide range of
/// printable characters. `VectorTests` compares the rest.
@Suite struct PrinterTests {
    private let printer = TermPrinter(localNode: "me@host")

    @Test func identifiersOfOtherNodesCarryTheirName() {
        func pid(_ node: Atom) -> Term { .pid(PID(node: node, id: 84, serial: 2, creation: 7)) }
        #expect(printer.text(pid("me@host")) == "<0.84.2>")
        #expect(printer.text(pid("other@a-b.example")) == "<other@a-b.example.84.2>")
        #expect(printer.text(pid("x@\u{1B}]0;hi\u{7}\u{9B}>")) == #"<x@\e]0;hi\007\233\>.84.2>"#)
        let port = PortIdentifier(node: "other@h", id: 1 << 60, creation: 7, isWide: true)
        #expect(printer.text(.port(port)) == "#Port<other@h.1152921504606846976>")
        let reference = Reference(node: "me@host", creation: 7, words: [1, 2, 3, 4, 5])
        #expect(printer.text(.reference(reference)) == "#Ref<0.5.4.3.2.1>")
        #expect(TermPrinter().text(pid("me@host")) == "<me@host.84.2>")
    }

    /// As OTP 29 prints the same bytes with `~tp`, `~tw` and `~20tp`.
    @Test func nativeRecords() {
        let record = Term.nativeRecord(OpaqueRecord(encoded: Self.record))
        #expect(printer.text(record) == "#nr:st{a = 5,b = two}")
        #expect(TermPrinter(style: .plain).text(.list([record])) == "[#nr:st{a = 5,b = two}]")
        #expect(
            TermPrinter(width: 20).text(.tuple([record, record])) == """
                {#nr:st{a = 5,
                        b = two},
                 #nr:st{a = 5,
                        b = two}}
                """)
    }

    /// {67, fields, flags, module nr, name st, a, b, 5, two}
    private static let record: [UInt8] =
        [67, 0, 0, 0, 2, 1, 119, 2, 110, 114, 119, 2, 115, 116, 119, 1, 97, 119, 1, 98, 97, 5, 119, 3]
        + Array("two".utf8)

    @Test func recordsInRecordsEnd() {
        var encoded = Self.record
        for _ in 0..<100 { encoded = Array(Self.record.dropLast(5)) + encoded }
        let text = printer.text(.nativeRecord(OpaqueRecord(encoded: encoded)))
        #expect(text.filter { $0 == "{" }.count == 32)
        #expect(text.contains("#..."))
    }

    @Test func rangeOfPrintableCharacters() {
        let list = Term.list([.integer(0x416), .integer(10), .integer(0x202E)])
        let binary = Term.binary(Array("Ж\n".utf8))
        #expect(printer.text(list) == "[1046,10,8238]")
        #expect(printer.text(binary) == "<<208,150,10>>")
        let wide = TermPrinter(range: .unicode)
        #expect(wide.text(list) == "\"Ж\\n\u{202E}\"")
        #expect(wide.text(binary) == "<<\"Ж\\n\"/utf8>>")
    }

    @Test func dialects() {
        let binaries: [Term] = [.binary([0xC2, 0x80, 0xFF]), .binary([0xCF, 0xB4, 0xFF])]
        let term = Term.list([.atom("maybe"), .atom("else")] + binaries)
        #expect(TermPrinter(dialect: .otp25).text(term) == "[maybe,else,<<194,128,255>>,<<\"Ï´ÿ\">>]")
        #expect(TermPrinter(dialect: .otp27).text(term) == "['maybe','else',<<194,128,255>>,<<\"Ï´ÿ\">>]")
        #expect(TermPrinter(dialect: .otp28).text(term) == "['maybe','else',<<194,128,255>>,<<207,180,255>>]")
    }

    @Test func theFirstColumnCounts() {
        let term = Term.tuple([.atom("tag"), .list((1...5).map { .integer(1000 * $0) })])
        #expect(TermPrinter(width: 32).text(term) == "{tag,[1000,2000,3000,4000,5000]}".wrapped)
        #expect(TermPrinter(width: 34).text(term) == "{tag,[1000,2000,3000,4000,5000]}")
        #expect(TermPrinter(width: 34, column: 9).text(term).contains("\n"))
    }
}

extension String {
    /// The list's last element under its first one.
    fileprivate var wrapped: String {
        replacing(",5000", with: ",\n      5000")
    }
}
