import ErlangTerm
import Testing

@testable import Presentation

/// One description of a result, and every format that is made of it.
@Suite struct ResultFormTests {
    struct Answer {
        var node: String
        var count: Int
    }

    static let fields: [Column<Answer>] = [
        Column("node", "NODE") { .atom($0.node) }, Column("count", "COUNT", .right) { .integer($0.count) },
    ]

    let answer = Answer(node: "a@here", count: 7)

    private func json(_ form: ResultForm<Answer>, event: String? = nil) -> String {
        var json = JSONWriter()
        form.write(answer, event: event, to: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private func term(_ form: ResultForm<Answer>) -> String {
        String(decoding: TermOutput.line(form.term(answer)), as: UTF8.self)
    }

    @Test func aTable() {
        let form = ResultForm(Self.fields)
        #expect(form.text([answer]) == "NODE    COUNT\na@here      7\n")
        #expect(form.rawFields(answer) == ["a@here", "7"])
        #expect(json(form) == #"{"node":"a@here","count":7}"#)
        #expect(json(form, event: "pair") == #"{"event":"pair","node":"a@here","count":7}"#)
        #expect(term(form) == "#{node => a@here,count => 7}")
    }

    @Test func aLineBehindItsNode() {
        let form = ResultForm(Self.fields, shown: .line { "\($0.count) of\n them" }, term: .tuple(["count", "node"]))
        #expect(form.text([answer]) == "7 of\\x{A} them\n")
        #expect(form.text([answer], label: "a@here") == "a@here: 7 of\\x{A} them\n")
        #expect(form.rawFields(answer) == nil)
        #expect(term(form) == "{7,a@here}")
    }

    @Test func aSheetIsBrokenAtTheWidth() {
        let field = Column<Answer>("all", "all of them") { _ in .text("one two three four five") }
        let form = ResultForm([field, Self.fields[1]], shown: .sheet)
        #expect(
            form.text([answer], width: 33)
                == "all of them  one two three four\n             five\nCOUNT        7\n")
        #expect(form.rawFields(answer) == ["one two three four five", "7"])
    }

    private static let objects = Cell.objects([
        CellObject(
            words: "one\u{1B}", fields: [CellObject.Field("id", .text("one")), CellObject.Field("n", .integer(1))]),
        CellObject(words: "two", fields: []),
    ])

    @Test(arguments: [
        (Cell.flag(true), "yes", "true", "true"), (.days(-1), "exp", "-1", "-1"), (.days(61), "61d", "61", "61"),
        (.moment(86_400), "1970-01-02 00:00:00Z", "86400", "86400"), (.used(1, of: 8), "1 of 8 (12%)", "1", "1"),
        (.used(.max, of: 8), "\(Int.max) of 8 (100%)", "\(Int.max)", "\(Int.max)"), (.used(1, of: 0), "1", "1", "1"),
        (.numbers([1, 0]), "1 0", "[1,0]", "[1,0]"), (.objects([]), "none", "[]", "[]"),
        (objects, "one\u{1B}, two", #"[{"id":"one","n":1},{}]"#, #"[#{id => <<"one">>,n => 1},#{}]"#),
    ])
    func aCell(cell: Cell, shown: String, json: String, term: String) {
        var writer = JSONWriter(schema: nil)
        cell.write(to: &writer)
        #expect(cell.shown == shown)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == json)
        #expect(String(decoding: TermOutput.line(cell.term), as: UTF8.self) == term)
    }

    @Test func aSheetHasALineForEachObject() {
        let form = ResultForm<Int>(
            [
                Column("of", "of") { _ in Self.objects }, Column("limit", "limit") { .integer($0) }.forScripts(),
                Column("n", "n") { .integer($0) },
            ], shown: .sheet)
        #expect(form.text([7]) == "of  one\\x{1B}\n    two\nn   7\n")
    }

    @Test func aPage() {
        let form = ResultForm(Self.fields, shown: .page { "\($0.node)\n\nis well\n" })
        #expect(form.text([answer]) == "a@here\n\nis well\n")
        #expect(form.rawFields(answer) == nil)
    }
}
