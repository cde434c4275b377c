import Testing

@testable import Presentation

@Suite struct TableTests {
    struct Row { var node: String, kind: String, note: String }

    let rows = [
        Row(node: "a@here", kind: "visible", note: "short"),
        Row(node: "long_name@10.0.0.7", kind: "hidden", note: "it went down, or refuses requests, or is none"),
    ]
    let columns: [Column<Row>] = [
        Column("node", "NODE") { .text($0.node) }, Column("kind", "KIND", .right, spared: 1) { .text($0.kind) },
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

    @Test(arguments: [
        ("one two three", 8, ["one two", "three"]), ("onetwothree", 5, ["onetwothree"]), ("", 5, [""]),
        ("/opt/shop/releases/1", 12, ["/opt/shop/", "releases/1"]), ("a b", 3, ["a b"]),
    ]) func broken(_ text: String, _ room: Int, _ lines: [String]) {
        #expect(Table.broken(text, room) == lines)
    }
}
