import ErlangTerm
import ErlcluTestSupport
import Testing

@testable import ReleaseFiles

/// What `ssl_dist_sup:consult/1` of a real `erl` makes of expressions, beside ours.
@Suite struct OptionEvaluatorOracleTests {
    static let expressions = [
        "1 + 2 * 3 - 4 div 2 rem 3", "1 bsl 4 bor 1 band 3", "- 5 + (- -3)", "\"a\" ++ \"b\" ++ [$c]",
        "[1, 2, 3] -- [2] -- [3]", "[a | [b | [c]]]", "#{a => 1, \"b\" => <<\"x\">>, a => 2}", "{a, {}, [], \"\"}",
        "<<1, 2:16, \"ab\">>", "not true", "fun lists:append/2", "os:getenv(\"ERLCLU_TEST_SET\")",
        "os:getenv(\"ERLCLU_TEST_UNSET\")", "os:getenv(\"ERLCLU_TEST_UNSET\", \"d\")", "filename:join(\"a\", \"b\")",
        "filename:join([\"/a\", \"b\", \"/c\", \"d\"])", "filename:dirname(\"/a/b\")", "filename:dirname(\"b\")",
        "string:trim(\"  x y\\n\")", "string:trim(<<\" x \">>)", "string:concat(\"a\", \"b\")",
        "lists:append([[1], [2, 3], []])", "lists:append(\"a\", \"b\")", "element(2, {a, b})", "hd([x, y])",
        "element(bnot 9223372036854775807, {a})", "element(0, {a})", "element(9223372036854775807, {a})",
        "atom_to_list('a b')", "list_to_atom(\"tlsv1.2\")", "list_to_binary(\"ab\")", "binary_to_list(<<\"ab\">>)",
        "integer_to_list(12)", "list_to_integer(\"-12\")", "atom_to_binary(a)", "erlang:integer_to_binary(7)",
        "unicode:characters_to_list(<<\"ab\">>)", "unicode:characters_to_binary(\"ab\")",
        "element(1, file:read_file(\"/etc/passwd\"))", "file:read_file(\"/nowhere/at/all\")", "\"a\" \"b\"", "$a",
        "16#ff + 2#11", "(1 + 2) * 3", "iolist_to_binary(\"a\")", "1 = 1", "begin 1, 2 end", "[X || X <- [1]]",
        "if true -> 1 end", "fun(X) -> X end(3)", "1 bsl 70", "7 div 0", "1.5 + 1", "-9223372036854775807 - 1",
        "9223372036854775807 + 1", "'a' ++ b", "element(3, {a})", "filename:join(\"a/\", \"b\")", "hd(\"ab\")",
        "string:trim(x)", "bnot 5", "- 5 bsr 1", "[] ++ x", "lists:append([a, b])", "{1, 2} =:= {1, 2}",
    ]

    @Test func asErlang() throws {
        let directory = try TemporaryDirectory()
        for (index, expression) in Self.expressions.enumerated() {
            try directory.write(expression + " .\n", to: "\(index).conf")
        }
        let program = """
            [io:format("~s~n", [try io_lib:format("~w", [ssl_dist_sup:consult(
              filename:join("\(directory.path)", integer_to_list(N) ++ ".conf"))]) catch _:_ -> "error" end])
             || N <- lists:seq(0, \(Self.expressions.count - 1))], halt().
            """
        let said = try CommandResult.ofSuccessful(
            "env", ["ERLCLU_TEST_SET=set", "erl", "-noinput", "-boot", "start_clean", "-eval", program])
        let lines = said.standardOutput.split(separator: "\n").map(String.init)
        try #require(lines.count == Self.expressions.count)
        let evaluator = OptionEvaluator(environment: ["ERLCLU_TEST_SET": "set"], files: SystemFiles())
        var known = 0
        for (expression, theirs) in zip(Self.expressions, lines) {
            let parsed = try ExpressionParser.parse(bytes: Array("\(expression) .".utf8))
            // What we do not know is said to be unknown; what we know is what Erlang makes of it.
            guard let ours = try evaluator.value(of: #require(parsed.first)).term else { continue }
            known += 1
            let back = try TermParser.parse(one: theirs)
            #expect(ours == back, "\(expression): Erlang has \(theirs)")
        }
        #expect(known >= 45)
    }
}
