import ErlangTerm
import Testing

@Suite struct TermViewTests {
    private func view(_ term: Term) throws -> TermView { try DecodedTerm(packet: term.encoded).root }

    @Test func readsListsAlikeInEveryForm() throws {
        #expect(try view([]).list?.count == 0)
        #expect(try view([1, 2, 3]).list?.compactMap(\.integer) == [1, 2, 3])
        #expect(try view([1, 2, 300]).list?.compactMap(\.integer) == [1, 2, 300])
        #expect(try view([1, 2, 3]).list?[2]?.encodedBytes == bytes("6103")[...])
        #expect(try view([1, 2, 3]).list?[3] == nil)
        #expect(try view(.improperList([1], tail: 2)).list == nil)
        #expect(try view(1).list == nil)
    }

    @Test func readsText() throws {
        #expect(try view(.charlist("привет")).text == "привет")
        #expect(try view(.charlist("h\u{e9}")).text == "h\u{e9}")
        #expect(try view(.binary("h\u{e9}")).text == "h\u{e9}")
        #expect(try view(.binary([0xff])).text == nil)
        #expect(try view([]).text == "")
        #expect(try view([.integer(-1)]).text == nil)
        #expect(try view(.atom("a")).text == nil)
    }

    @Test func findsValuesByKey() throws {
        let map = Term.map([MapPair(.tuple([1]), 0), MapPair(.atom("a"), 1), MapPair(.atom("b"), [2])])
        #expect(try view(map).value(of: "a")?.integer == 1)
        #expect(try view(map).value(of: "b")?.term == [2])
        #expect(try view(map).value(of: "c") == nil)
        let properties: Term = [.atom("x"), .tuple(.atom("a"), 1), .tuple(.atom("b"), .tuple([]))]
        #expect(try view(properties).value(of: "a")?.integer == 1)
        #expect(try view(properties).value(of: "x") == nil)
    }

    @Test func checksTaggedTuples() throws {
        let reply = try view(.tuple(.atom("rex"), .tuple(.atom("badrpc"), 1), 3))
        let elements = try #require(reply.elements(tagged: "rex", 3))
        #expect(elements[1]?.elements(tagged: "badrpc", 2)?[1]?.integer == 1)
        #expect(elements[2]?.integer == 3)
        #expect(reply.elements(tagged: "rex", 2) == nil)
        #expect(reply.elements(tagged: "tex", 3) == nil)
        #expect(reply.elements?[-1] == nil)
    }
}
