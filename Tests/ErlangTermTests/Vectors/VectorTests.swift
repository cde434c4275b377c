import Testing

@testable import ErlangTerm

/// Some thousand terms made by a real `erl`: decoded, printed, compared with its own text, read back from that text,
/// encoded, and compared by that `erl` with what it began with.
@Suite struct VectorTests {
    /// Under a sanitizer it takes minutes.
    @Test(.timeLimit(.minutes(30)))
    func printAndParse() throws {
        let maker = try VectorMaker()
        var count = 0
        var texts = 0
        var readable = 0
        var differences: [String] = []
        let release = try #require(maker.next().root.elements(2)?[1]?.integer)
        let dialect = PrinterDialect(release: release)

        while case .tuple(let parts)? = Optional(try maker.next().root.kind) {
            let index = try #require(parts[0]?.integer)
            let isReadable = try #require(parts[1]).bool == true
            let term = try DecodedTerm(packet: Array(#require(parts[2]?.binary)))
            count += 1
            for pair in try #require(parts[3]?.list) {
                let (style, text) = try (#require(pair.elements?[0]), #require(pair.elements?[1]?.binary))
                texts += 1
                var printer = TermPrinter(dialect: dialect, localNode: "nonode@nohost")
                if let width = style.integer { printer.width = width } else { printer.style = .plain }
                var got: [UInt8] = []
                printer.print(term.root, into: &got)
                if got[...] != text, differences.count < 8 {
                    differences.append(difference(index, "width \(style.integer ?? -1)", got, Array(text)))
                } else if got[...] != text {
                    differences.append("\(index)")
                }
                if isReadable, style.integer == 80 {
                    readable += 1
                    let read = Result { try TermParser.parse(one: String(decoding: text, as: UTF8.self)) }
                    let answer = (try? read.get())?.encoded ?? []
                    if case .failure(let error) = read, differences.count < 8 {
                        let start = String(decoding: text.prefix(300), as: UTF8.self)
                        differences.append("\(index): not read: \(error): \(start)")
                    }
                    try maker.send(.tuple([.integer(index), .binary(answer)]))
                }
            }
        }
        try maker.send(.atom("done"))
        let verdict = try maker.next()
        for entry in try #require(verdict.root.elements?[1]?.list) {
            differences.append("not equal after reading: \(TermPrinter(style: .plain).text(entry).prefix(300))")
        }
        #expect(count >= 5000)
        #expect(texts >= 6 * count)
        #expect(readable >= 5000)
        let first = differences.prefix(8).joined(separator: "\n")
        #expect(differences.isEmpty, "OTP \(release), \(differences.count) of \(texts):\n\(first)")
    }

    private func difference(_ index: Int, _ what: String, _ got: [UInt8], _ expected: [UInt8]) -> String {
        let same = zip(got, expected).prefix { $0 == $1 }.count
        func part(_ text: [UInt8]) -> String {
            let start = max(0, same - 80)
            return (start > 0 ? "..." : "") + String(decoding: text[start...].prefix(300), as: UTF8.self)
        }
        return "\(index), \(what), at byte \(same):\nexpected \(part(expected))\ngot      \(part(got))"
    }
}
