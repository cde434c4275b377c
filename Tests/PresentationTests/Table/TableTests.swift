import ErlcluTestSupport
import TerminalCanvas
import Testing

@testable import Presentation

@Suite struct TableTests {
    struct Row { var node: String, kind: String, note: String }

    let rows = [
        Row(node: "a@here", kind: "visible", note: "short"),
        Row(node: "long_name@10.0.0.7", kind: "hidden", note: "it went down, or refuses requests, or is none"),
    ]
    let columns: [Column<Row>] = [
        Column("node", "NODE") { .text($0.node) }, Column("kind", "KIND", .right, dropOrder: 1) { .text($0.kind) },
        Column("note", "NOTE") { .text($0.note) },
    ]

    @Test func asWideAsItLikes() {
        #expect(
            Table.text(rows, columns) == """
                NODE                   KIND  NOTE
                a@here              visible  short
                long_name@10.0.0.7   hidden  it went down, or refuses requests, or is none

                """)
    }

    @Test func theLastColumnIsBroken() {
        #expect(
            Table.text(rows, [columns[0], columns[2]], width: 45) == """
                NODE                NOTE
                a@here              short
                long_name@10.0.0.7  it went down, or refuses
                                    requests, or is none

                """)
    }

    @Test func columnsAreSpared() {
        let text = Table.text(rows, columns, width: 65).string
        #expect(!text.contains("KIND") && text.contains("or is none"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 65 })
        #expect(Table.text(rows, columns, width: 80).string.contains("KIND"))
    }

    static let names = ["a@here", "日本@здесь", "e\u{301}te\u{301}@한국", "😀@हिन्दी", "b\u{1B}[2J@x"]

    /// Behind names of every width the next column begins at the same place, as a terminal shows them.
    @Test func columnsStandBelowEachOther() throws {
        let columns: [Column<String>] = [
            Column("node", "NODE") { .text($0) }, Column("kind", "KIND", .right) { _ in .text("k") },
            Column("mark", "MARK") { _ in .text("m") },
        ]
        let text = Table.text(Self.names, columns).string
        let lines = text.split(separator: "\n").map(String.init)
        let widths = Set(lines.dropFirst().map(\.cellWidth))
        #expect(widths == [12 + 2 + 4 + 2 + 1], "\(text)")
        // A mark is drawn over what stands in the column of the last heading.
        let marked = lines.map { "\($0)\r\u{1B}[20C|" }
        let screen = try TmuxScreen("printf '%s\\n' \(marked.map { "'\($0)'" }.joined(separator: " ")); read x")
        let (shown, _) = try screen.wait { $0.split(separator: "\n").count >= lines.count }
        let expected = ["\(lines[0].dropLast(4))|ARK"] + lines.dropFirst().map { "\($0.dropLast())|" }
        #expect(shown.split(separator: "\n").map(String.init) == expected, "\(shown)")
    }

    /// A wide character is not cut, and counts for two columns.
    @Test func wideTextIsBrokenWithinItsRoom() {
        let text = Table.text(["日本語の長い説明 und mehr"], [Column("note", "NOTE") { .text($0) }], width: 21).string
        #expect(text == "NOTE\n日本語の長い説明 und\nmehr\n", "\(text)")
        #expect(text.split(separator: "\n").allSatisfy { $0.cellWidth <= 21 })
    }

    @Test(arguments: [
        ("日本語日本語", 5, ["日本", "語日", "本語"]), ("/商店/版本/一", 8, ["/商店/", "版本/一"]),
        ("one two three", 8, ["one two", "three"]), ("onetwothree", 5, ["onetwothree"]), ("", 5, [""]),
        ("/opt/shop/releases/1", 12, ["/opt/shop/", "releases/1"]), ("a b", 3, ["a b"]),
    ]) func broken(_ text: String, _ room: Int, _ lines: [String]) {
        #expect(Table.broken(text, room) == lines)
    }
}
