import ErlcluTestSupport
import TerminalCanvas
import Testing

@Suite struct CellWidthTests {
    static let widths: [(String, Int)] = [
        ("a", 1), ("é", 1), ("e\u{301}", 1), ("日", 2), ("한", 2), ("\u{1112}\u{1161}\u{11AB}", 2), ("ｱ", 1),
        ("Ａ", 2), ("😀", 2), ("─", 1), ("🇩🇪", 2), ("कि", 2), ("क्ष", 2), ("สวัสดี", 4), ("שָׁ", 1),
    ]

    @Test(arguments: widths) func widthOfText(_ text: String, _ width: Int) {
        #expect(text.cellWidth == width)
    }

    /// tmux 3.3 draws the first in one column and the second in four; terminals that are newer in two.
    @Test(arguments: ["❤️", "👍🏽"]) func pictographsOfSeveralCodePoints(_ text: String) {
        #expect(text.cellWidth == 2)
    }

    /// A terminal agrees: a mark at the column behind the text stands beside it.
    @Test func aTerminalAgrees() throws {
        let lines = Self.widths.map { text, width in "\(text)\r\u{1B}[\(width)C|" }
        let screen = try TmuxScreen("printf '%s\\n' \(lines.map { "'\($0)'" }.joined(separator: " ")); read x")
        let expected = Self.widths.map { "\($0.0)|" }
        let (shown, _) = try screen.wait { $0.split(separator: "\n").count >= expected.count }
        #expect(shown.split(separator: "\n").map(String.init) == expected, "\(shown)")
    }

    @Test(arguments: [
        ("abc", 2, "ab"), ("abc", 3, "abc"), ("日本語", 4, "日本"), ("日本語", 5, "日本"), ("a日", 2, "a"), ("", 3, ""),
        ("e\u{301}e\u{301}", 1, "e\u{301}"), ("abc", -1, ""),
    ]) func beginningThatFits(_ text: String, _ columns: Int, _ beginning: String) {
        #expect(text.prefix(columns: columns) == beginning)
    }
}
