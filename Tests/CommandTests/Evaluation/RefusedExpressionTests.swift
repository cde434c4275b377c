import ErlcluTestSupport
import Testing

/// Expressions that raise, and expressions that are none.
@Suite(.waiting) struct RefusedExpressionTests {
    /// The text is the shell's, which starts each of these with "** exception".
    @Test(arguments: OTPRelease.available)
    func exceptionsReadAsInTheShell(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let tool = try NodeTool(node)
        for expression in [
            "1 / 0", "throw({a, \"b\"})", "exit(normal)", "error({green, [1, 2]})", "lists:nth(0, [])",
            "X = 1, X = 2", "no_such:function(1)", "hd([])", "case 1 of 2 -> 3 end",
        ] {
            let result = try tool.run("eval", expression)
            #expect(result.exitStatus == 1)
            #expect(result.standardOutput == "")
            let shell = try shellText(of: expression, release: release)
            #expect(result.standardError.trimmed == shell.trimmed, "\(expression)")
        }
    }

    @Test(arguments: [
        ("foo(", 1, 5), ("1 +\n  2 ]", 2, 5), ("{a, \"b}", 1, 5), ("1 2", 1, 3), ("#{a => }", 1, 8),
    ])
    func syntaxErrorsPointAtTheirPlace(expression: String, line: Int, column: Int) throws {
        let result = try NodeTool(try Self.node.get()).run("eval", expression)
        #expect(result.exitStatus == 65)
        #expect(result.standardOutput == "")
        let lines = result.standardError.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.first?.contains("expression:\(line):\(column): ") == true, "\(result.standardError)")
        let source = expression.split(separator: "\n")[line - 1]
        guard let shown = lines.firstIndex(where: { $0.hasSuffix(source) }), shown + 1 < lines.count else {
            Issue.record("the line is not shown: \(result.standardError)")
            return
        }
        let margin = lines[shown].count - source.count
        #expect(lines[shown + 1] == String(repeating: " ", count: margin + column - 1) + "^")
    }

    @Test func fileIsNamed() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("lists:seq(1, 3),\nok ok.\n", to: "check.erl")
        let result = try NodeTool(try Self.node.get()).run("eval", "-f", file)
        #expect(result.exitStatus == 65)
        #expect(result.standardError.contains("\(file):2:4: "), "\(result.standardError)")
    }

    @Test func sourceComesFromStandardInputToo() throws {
        let tool = try NodeTool(try Self.node.get())
        #expect(try tool.run("eval", "-", input: "{\"ä\", 'ö'}.\n").standardOutput == "{\"ä\",ö}\n")
        #expect(try tool.run("eval", "-f", "-", input: "1 + 1").standardOutput == "2\n")
    }

    private static let node = Result { try ErlangNodeFixture() }

    /// What the release's own shell prints.
    private func shellText(of expression: String, release: OTPRelease) throws -> String {
        let (erl, arguments) = release.command("erl", ["-boot", "no_dot_erlang"])
        let shell = try CommandResult.of(erl, arguments, input: Array("\(expression).\n".utf8))
        let lines = shell.standardOutput.split(separator: "\n", omittingEmptySubsequences: false)
        let start = lines.firstIndex { $0.contains("** ") } ?? 0
        let end = lines[start...].firstIndex { $0.hasPrefix("2> ") } ?? lines.endIndex
        return lines[start..<end].joined(separator: "\n").replacingPrompt
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while let last = text.last, last.isWhitespace { text = text.dropLast() }
        return String(text)
    }

    fileprivate var replacingPrompt: String { hasPrefix("1> ") ? String(dropFirst(3)) : self }
}
