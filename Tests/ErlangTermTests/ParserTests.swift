import Testing

@testable import ErlangTerm

/// Sources and the terms they stand for; `ParserOracleTests` asks a real `erl` about the same kind of table.
@Suite struct ParserTests {
    @Test(
        arguments: [
            ("1", .integer(1)), ("-1.", .integer(-1)), ("+ 7", .integer(7)), ("1_000", .integer(1000)),
            ("16#ff", .integer(255)), ("36#Zz", .integer(36 * 35 + 35)), ("16#FF_FF", .integer(65535)),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("1.5", .float(1.5)), ("1.5e-3", .float(0.0015)), ("1_0.2_5", .float(10.25)), ("-0.5", .float(-0.5)),
            ("16#0.8#e2", .float(128)), ("2#1.1", .float(1.5)),
            ("$a", .integer(97)), ("$\\n", .integer(10)), ("$\\^a", .integer(1)), ("$\\x{1F600}", .integer(0x1F600)),
            ("$ ", .integer(32)), ("-$a", .integer(-97)), ("$\\s", .integer(32)), ("$\\101", .integer(65)),
            ("foo", .atom("foo")), ("'Foo bar'", .atom("Foo bar")), ("'a\\'b'", .atom("a'b")), ("''", .atom("")),
            ("'日本'", .atom("日本")), ("état", .atom("état")), ("a@b_C1", .atom("a@b_C1")),
            ("\"a\" \"b\"", .list([.integer(97), .integer(98)])), ("\"\"", .list([])),
            ("\"\\x41\\e\"", .list([.integer(0x41), .integer(27)])),
            ("[]", .list([])), ("[1|[2,3]]", .list([.integer(1), .integer(2), .integer(3)])),
            ("[1|2]", .improperList([.integer(1)], tail: .integer(2))),
            ("[0|[1|2]]", .improperList([.integer(0), .integer(1)], tail: .integer(2))),
            ("{}", .tuple([])), ("{a,{b}}", .tuple([.atom("a"), .tuple([.atom("b")])])), ("(a)", .atom("a")),
            ("#{}", .map([])),
            ("#{a=>1,b=>2,a=>3}", .map([MapPair(.atom("a"), .integer(3)), MapPair(.atom("b"), .integer(2))])),
            ("fun lists:map/2", .exportFun(module: "lists", function: "map", arity: 2)),
            ("<<>>", .binary([])), ("<<\"abc\">>", .binary([97, 98, 99])),
            ("<<1,2:4>>", .bitString(BitString(bytes: [1, 0x20], bitsInLastByte: 4))),
            ("<<-1:4,15:4>>", .binary([0xFF])),
            ("<<16#123:12/little>>", .bitString(BitString(bytes: [0x23, 0x10], bitsInLastByte: 4))),
            ("<<\"é\"/utf8>>", .binary([0xC3, 0xA9])), ("<<1.5/float>>", .binary([0x3F, 0xF8, 0, 0, 0, 0, 0, 0])),
            ("<<<<5:3>>/bitstring,1:5>>", .binary([0xA1])), ("<<\"ab\":16>>", .binary([0, 97, 0, 98])),
            ("<<1:2/unit:8>>", .binary([0, 1])), ("<<\"a\"/utf16-little>>", .binary([97, 0])),
            ("~\"a\\n\"", .binary([97, 10])), ("~B\"a\\n\"", .binary(Array("a\\n".utf8))),
            ("~s(ab)", .list([.integer(97), .integer(98)])),
            ("\"\"\"\n  a\n   b\n  \"\"\"", .list([.integer(97), .integer(10), .integer(32), .integer(98)])),
            ("~\"\"\"\n a\n\n b\n \"\"\"", .binary(Array("a\n\nb".utf8))), ("% c\n a % d\n", .atom("a")),
        ] as [(String, Term)])
    func one(source: String, expected: Term) throws {
        #expect(try TermParser.parse(one: source) == expected)
    }

    @Test func bigIntegers() throws {
        let two64 = BigInteger(isNegative: false, magnitude: [0, 0, 0, 0, 0, 0, 0, 0, 1])
        #expect(try TermParser.parse(one: "18446744073709551616") == .bigInteger(two64))
        #expect(try TermParser.parse(one: "16#1_0000_0000_0000_0000") == .bigInteger(two64))
        let negative = BigInteger(isNegative: true, magnitude: [1, 0, 0, 0, 0, 0, 0, 0x80])
        #expect(try TermParser.parse(one: "-9223372036854775809") == .bigInteger(negative))
        let segment: Term = .binary([1, 0, 0, 0, 0, 0, 0, 0, 0])
        #expect(try TermParser.parse(one: "<<18446744073709551616:72>>") == segment)
    }

    @Test(arguments: [
        ("\"abc", 1, 1, "unterminated string starting with \"abc\""),
        ("{a,\n 'abc", 2, 2, "unterminated atom starting with 'abc'"),
        ("[a b]", 1, 4, "syntax error before: b"),
        ("{a,\"b\" 1}", 1, 8, "syntax error before: 1"),
        ("[1|2,3]", 1, 5, "syntax error before: ','"),
        ("{a,", 1, 4, "syntax error before: end of input"),
        ("", 1, 1, "syntax error before: end of input"),
        ("a. b", 1, 4, "syntax error before: b"),
        ("a.b", 1, 2, "syntax error before: '.'"),
        ("begin", 1, 1, "syntax error before: 'begin'"),
        ("{a,X}", 1, 4, "bad term: variable 'X' is unbound"),
        ("1+2", 1, 2, "syntax error before: '+'"),
        ("16#G", 1, 1, "illegal integer"), ("37#1", 1, 1, "illegal base '37'"), ("1.0e400", 1, 1, "illegal float"),
        ("$\\x{110000}", 1, 1, "illegal character"), ("$", 1, 1, "unterminated character"),
        ("日", 1, 1, "illegal character"), ("\"日日\" 日", 1, 6, "illegal character"),
        ("~x\"a\"", 1, 1, "illegal sigil prefix"), ("~s\"a\"b", 1, 6, "illegal sigil suffix"),
        ("\"\"\"\n  a\n b\n  \"\"\"", 3, 2, "bad indentation in triple-quoted string"),
        ("\"\"\"\n  a", 1, 1, "unterminated triple-quoted string starting with \"\\n  a\""),
        ("<<1.0>>", 1, 1, "bad term"), ("<<1/foo>>", 1, 5, "bad term: undefined bit type 'foo'"),
        ("<<0:99999999999999>>", 1, 1, "bad term: binary larger than 67108864 bytes"),
        ("#r{}", 1, 1, "bad term: records have no meaning here"), ("-a", 1, 1, "bad term: a sign needs a number"),
        ("f(1)", 1, 1, "bad term: nothing is called here"),
    ])
    func refused(source: String, line: Int, column: Int, message: String) {
        let expected = TermSyntaxError(at: SourcePosition(line: line, column: column), message)
        #expect(throws: expected) { try TermParser.parse(one: source) }
    }

    @Test func invalidUTF8() {
        #expect(throws: TermSyntaxError(at: SourcePosition(line: 1, column: 2), "cannot translate from UTF-8")) {
            try TermParser.parse(one: [0x22, 0xFF, 0x22])
        }
    }

    @Test func consultReadsAll() throws {
        let source = "%% coding: utf-8\n{a,1}. % one\n\n[b]. 'c'.\n"
        let terms = try TermParser.consult(bytes: Array(source.utf8))
        #expect(terms == [.tuple([.atom("a"), .integer(1)]), .list([.atom("b")]), .atom("c")])
        #expect(throws: TermSyntaxError.self) { try TermParser.consult(bytes: Array("a. b".utf8)) }
        #expect(try TermParser.consult(bytes: []) == [])
    }

    @Test func latin1IsHonoured() throws {
        let source = Array("%% -*- coding: latin-1 -*-\n\"".utf8) + [0xE9] + Array("\".".utf8)
        #expect(try TermParser.consult(bytes: source) == [.list([.integer(0xE9)])])
    }

    @Test func placesOfParts() throws {
        let terms = try TermParser.consultLocated(bytes: Array("{context, prod, [\n  {nodes, [a]},\n  {x, 1}]}.".utf8))
        let options = try #require(terms.first?.children.last)
        #expect(
            options.children.map(\.position) == [
                SourcePosition(line: 2, column: 3), SourcePosition(line: 3, column: 3),
            ])
    }

    @Test func arguments() throws {
        #expect(try TermParser.parse(arguments: "[1, a]") == [.integer(1), .atom("a")])
        #expect(throws: TermSyntaxError.self) { try TermParser.parse(arguments: "{1}") }
        #expect(throws: TermSyntaxError.self) { try TermParser.parse(arguments: "[1|2]") }
    }

    @Test func caret() throws {
        let source = Array("{a,\n\tb é c}".utf8)
        let error = try #require(throws: TermSyntaxError.self) { try TermParser.parse(one: source) }
        #expect(error.caret(in: source) == " b é c}\n   ^")
        let end = TermSyntaxError(at: SourcePosition(line: 3, column: 1), "x")
        #expect(end.caret(in: Array("a\nb\n".utf8)) == "\n^")
        let long = Array(String(repeating: "a", count: 500).utf8)
        let far = TermSyntaxError(at: SourcePosition(line: 1, column: 400), "x").caret(in: long)
        #expect(far.split(separator: "\n").allSatisfy { $0.count <= 101 })
    }

    @Test func depthIsLimited() throws {
        let limits = TermParser.Limits(depth: 100, binaryBytes: 100)
        let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(throws: Never.self) { try TermParser.parse(one: deep, limits: limits) }
        #expect(throws: TermSyntaxError.self) { try TermParser.parse(one: "{{" + deep + "}}", limits: limits) }
        let bomb = String(repeating: "[{#{(", count: 200_000)
        #expect(throws: TermSyntaxError.self) { try TermParser.parse(one: bomb) }
        #expect(throws: TermSyntaxError.self) { try TermParser.parse(one: String(repeating: "<<", count: 200_000)) }
        let half = TermParser.Limits.standard.depth / 2
        let full = String(repeating: "[a,{", count: half) + String(repeating: "}]", count: half)
        #expect(throws: Never.self) { try TermParser.parse(one: full) }
    }
}
