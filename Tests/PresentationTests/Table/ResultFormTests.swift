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

    @Test func aPage() {
        let form = ResultForm(Self.fields, shown: .page { "\($0.node)\n\nis well\n" })
        #expect(form.text([answer]) == "a@here\n\nis well\n")
        #expect(form.rawFields(answer) == nil)
    }
}
