import ClusterAdmin
import ErlangNode
import ErlangTerm
import ErlcluTestSupport
import Testing

@testable import ErlcluCommands

@Suite struct EvaluationTests {
    let trial = CommandTrial()
    var node: FakeNode? { trial.targets.nodes["a@here"] }

    @Test func outputComesBeforeTheValue() {
        node?.outputs = [Array("one\n".utf8), Array("two".utf8)]
        node?.outcome = .value(.of("<<\"x\">>"))
        #expect(trial.run("eval", "-o", "json", "f()") == 0)
        #expect(
            trial.standardOutput
                == #"{"schema":"erlclu/eval/1","items":[{"node":"a@here","value":"x","output":"one\ntwo"}],"errors":[]}"#
                + "\n")
    }

    @Test func partialLineOfOutputDoesNotRunIntoTheValue() {
        node?.outputs = [Array("two".utf8)]
        #expect(trial.run("eval", "f()") == 0)
        #expect(trial.standardOutput == "two\nok\n")
    }

    @Test func argumentsAreJoined() {
        #expect(trial.run("eval", "1", "+", "2") == 0)
        #expect(node?.evaluated == [EvaluationRequest(source: "1 + 2")])
    }

    @Test func sourceFromFileAndInput() {
        trial.files["f.erl"] = Array("from(file)".utf8)
        trial.input = Array("from(input)".utf8)
        #expect(trial.run("eval", "-f", "f.erl") == 0)
        #expect(trial.run("eval", "-") == 0)
        #expect(trial.run("eval", "-f", "-", "--lang", "ex") == 0)
        #expect(
            node?.evaluated == [
                EvaluationRequest(source: "from(file)"), EvaluationRequest(source: "from(input)"),
                EvaluationRequest(source: "from(input)", language: .elixir),
            ])
    }

    @Test func missingFile() {
        #expect(trial.run("eval", "-f", "none.erl") == 66)
        #expect(trial.standardError == "erlclu-ctl: none.erl: No such file or directory\n")
    }

    @Test func missingExpression() {
        #expect(trial.run("eval") == 64)
        #expect(trial.run("eval", "-f", "x", "1") == 64)
    }

    /// Only the last value would be printed.
    @Test(arguments: [["1.", "2."], ["X = 1.", "X."], ["A", "=", "1.", "A."]])
    func argumentsAreOneText(_ arguments: [String]) {
        #expect(trial.run(words: ["eval"] + arguments) == 64)
        #expect(trial.standardError.contains("the arguments of eval are one text"))
        #expect(node?.evaluated == [])
    }

    @Test(arguments: [["1", "+", "2."], ["[$.", ", 1]"], ["\"a.", "b\"."], ["1,", "2"]])
    func wordsOfOneExpressionAreOne(_ arguments: [String]) {
        #expect(trial.run(words: ["eval"] + arguments) == 0)
        #expect(node?.evaluated.count == 1)
    }

    @Test(arguments: ["", " \n\t", "% a comment", "%% one\n  % two\n\n"])
    func anEmptyExpressionIsNotSent(_ source: String) {
        let words = source.contains("%") ? "the expression is empty but for comments" : "the expression is empty\n"
        trial.files["f.erl"] = Array(source.utf8)
        trial.input = Array(source.utf8)
        for (arguments, name) in [
            ([source], "expression"), (["-f", "f.erl"], "f.erl"), (["-"], "standard input"),
            (["-f", "-"], "standard input"),
        ] {
            trial.errors.bytes = []
            #expect(trial.run(words: ["eval"] + arguments) == 65)
            #expect(trial.standardError.hasPrefix("erlclu-ctl: \(name):1:1: \(words)"), "\(trial.standardError)")
        }
        #expect(node?.evaluated == [])
        #expect(trial.run("eval", "-o", "json", source) == 65)
        #expect(trial.standardOutput.contains("\"code\":\"E-SYNTAX\""))
    }

    /// Each language has a comment of its own; what is none is the node's to judge.
    @Test func commentsAreThoseOfTheLanguage() {
        #expect(trial.run("eval", "--lang", "elixir", "# nothing\n # more") == 65)
        #expect(node?.evaluated == [])
        #expect(trial.run("eval", "--lang", "elixir", "% no comment") == 0)
        #expect(trial.run("eval", "#{}") == 0)
        #expect(trial.run("eval", "% first\n1 + 1") == 0)
        #expect(node?.evaluated.count == 3)
    }

    @Test func exceptionGoesToStandardError() {
        node?.outcome = .exception(text: "** exception error: \u{1B}[31mbadarith")
        #expect(trial.run("eval", "1/0") == 1)
        #expect(trial.standardOutput.isEmpty)
        #expect(trial.standardError == "** exception error: \\x{1B}[31mbadarith\n")
    }

    @Test func syntaxErrorHasACaret() {
        node?.outcome = .syntaxError(line: 1, column: 3, message: "syntax error before: ')'")
        #expect(trial.run("eval", "1+)") == 65)
        #expect(
            trial.standardError == """
                erlclu-ctl: expression:1:3: syntax error before: ')'
                  1+)
                    ^

                """)
    }

    @Test func everyMemberIsLabelled() {
        node?.outputs = [Array("out\npart".utf8)]
        #expect(trial.run("eval", "--all", "f()") == 2)
        #expect(trial.standardOutput.hasPrefix("a@here| out\na@here| part\na@here: ok\n"))
        #expect(trial.standardError.contains("E-EPMD-NOTREG"))
    }

    @Test func outputIsEscapedUnlessRawIntoAPipe() {
        node?.outputs = [Array("\u{1B}]0;title\u{07}\n".utf8)]
        node?.outcome = .value(.of("<<27>>"))
        #expect(trial.run("eval", "f()") == 0)
        #expect(trial.standardOutput == "\\x{1B}]0;title\\x{7}\n<<\"\\e\">>\n")
        trial.output.bytes = []
        #expect(trial.run("eval", "-o", "raw", "f()") == 0)
        #expect(trial.standardOutput == "\u{1B}]0;title\u{07}\n\u{1B}")
        trial.output.bytes = []
        trial.outputIsTerminal = true
        #expect(trial.run("eval", "-o", "raw", "f()") == 0)
        #expect(trial.standardOutput == "\\x{1B}]0;title\\x{7}\n\\x{1B}\n")
    }

    @Test func callTakesAList() {
        #expect(trial.run("rpc", "m", "'F'", "[1, {a}", ", <<\"b\">>].") == 0)
        #expect(node?.called.first?.0 == "m")
        #expect(node?.called.first?.1 == "F")
        #expect(
            node?.called.first?.2 == [
                .integer(1), .tuple([.atom("a")]), .binary(Array("b".utf8)),
            ])
        #expect(trial.run("rpc", "m", "f") == 0)
        #expect(node?.called.last?.2 == [])
    }

    @Test func argumentsThatDoNotParse() {
        #expect(trial.run("rpc", "m", "f", "[1, }]") == 65)
        #expect(trial.standardError.hasPrefix("erlclu-ctl: arguments:1:5: "))
        #expect(trial.standardError.hasSuffix("\n  [1, }]\n      ^\n"))
        #expect(trial.run("rpc", "m", "f", "{1}") == 65)
        #expect(trial.run("rpc", "m", "f", "1", "2") == 65)
        #expect(trial.standardError.contains("the arguments are one list, as in [1, two, <<\"three\">>]"))
    }

    static let verdicts: [(String, Int32, String)] = [
        ("rpc_ok", 0, ""), ("{rpc_error, 3}", 3, ""), ("{rpc_error, 300}", 1, ""),
        ("{rpc_error, 1, \"no\"}", 1, "\"no\"\n"),
        ("{rpc_error, 137}", 137, ""),
        ("{rpc_error, 255, <<\"no\">>}", 255, "<<\"no\">>\n"),
    ]

    @Test(arguments: verdicts) func verdict(_ value: String, _ status: Int32, _ text: String) {
        node?.outcome = .value(.of(value))
        #expect(trial.run("rpc", "m", "f") == status)
        #expect(trial.standardOutput == "")
        #expect(trial.standardError == text)
    }
}
