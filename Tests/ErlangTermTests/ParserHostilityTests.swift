import ErlcluTestSupport
import Testing

@testable import ErlangTerm

/// Nothing that is read may crash; only `TermSyntaxError` comes out.
@Suite struct ParserHostilityTests {
    static let sample = """
        %% all kinds
        {a, 'B c', "d\\x{1F600}\\^a" "e", $f, $\\n, -16#ff, 1_0.5e-3, 2#1.1}.
        #{x => <<1,2:4,"é"/utf8, <<3:3>>/bits, 1.5:32/float-little>>, y => [1|2]}.
        [fun m:f/1, ~"s\\n", ~S(v), (q), 99999999999999999999999999].
        \"""
          t
          \""".
        """

    @Test func truncatedAtEachByte() {
        let bytes = Array(Self.sample.utf8)
        for length in 0...bytes.count {
            check(Array(bytes[..<length]))
        }
    }

    @Test func mutated() {
        var random = SeededGenerator(seed: 2)
        let bytes = Array(Self.sample.utf8)
        let marks = Array("[]{}()<>#\"'$~\\%.,|:/-+=_0x\n\0\u{FF}".utf8)
        for _ in 0..<5_000 {
            var copy = bytes
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let place = Int.random(in: 0..<copy.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: copy.remove(at: place)
                case 1: copy[place] = UInt8.random(in: 0...255, using: &random)
                case 2: copy.insert(marks.randomElement(using: &random) ?? 0, at: place)
                default: copy[place] = marks.randomElement(using: &random) ?? 0
                }
            }
            check(copy)
        }
    }

    @Test func hugeNumbersEnd() {
        check(Array(("1" + String(repeating: "9", count: 2_000_000)).utf8))
        check(Array(("16#" + String(repeating: "f", count: 2_000_000)).utf8))
        check(Array(("1." + String(repeating: "9", count: 100_000)).utf8))
        check(Array("1.0e999999999".utf8))
        check(Array("2#1.1#e-99999999999999999999".utf8))
        check(Array("<<1:16777216/unit:256>>".utf8))
        check(Array("<<\"aaaaaaaaaa\":100000000>>".utf8))
        check(Array("fun a:b/99999999999999999999".utf8))
    }

    private func check(_ bytes: [UInt8]) {
        do throws(TermSyntaxError) {
            _ = try TermParser.consultLocated(bytes: bytes)
        } catch {
            _ = error.caret(in: bytes)
            #expect(error.line >= 1 && error.column >= 1)
        }
    }
}
