import ErlcluTestSupport
import Foundation
import Testing

/// What goes where, and in which form: pipes, terminals, files and scripts.
@Suite(.waiting) struct OutputFormTests {
    private static let node = Result { try ErlangNodeFixture() }

    private static func tool() throws -> NodeTool { try NodeTool(try node.get()) }

    /// A terminal shows what the program prints; `\r\n` there is the terminal's doing.
    private static func onTerminal(
        _ arguments: [String], _ variables: [String: String?] = ["TERM": "xterm", "NO_COLOR": nil]
    ) throws -> String {
        let tool = try tool()
        let result = try CommandResult.of(
            BuiltProduct.tool, arguments + tool.options, environment: tool.environment.merging(variables) { $1 },
            terminal: TerminalSize(columns: 80, rows: 24))
        return result.standardOutput.replacing("\r\n", with: "\n")
    }

    @Test func termsAreReadByErlang() throws {
        let expression = "{'a b', \"text\", <<\"żółw\"/utf8, 255>>, #{1.5 => [x|y]}, 1 bsl 80, [27, 955]}"
        let result = try Self.tool().run("eval", "-o", "term", expression)
        let directory = try TemporaryDirectory()
        let file = try directory.write(result.standardOutputBytes, to: "value.term")
        let node = try Self.node.get()
        #expect(try node.evaluate("{ok, [V]} = file:consult(\"\(file)\"), V =:= \(expression)") == "true")
    }

    @Test func rawIntoAPipeIsTheBytes() throws {
        let result = try Self.tool().run("eval", "-o", "raw", "<<27, \"[31m\", 0, 255>>")
        #expect(result.standardOutputBytes == [27, 0x5B, 0x33, 0x31, 0x6D, 0, 255])
    }

    @Test func nothingReachesATerminalAsItIs() throws {
        for format in ["raw", "table"] {
            let shown = try Self.onTerminal(["eval", "-o", format, "io:put_chars([27 | \"]0;title\\x07\"]), <<27>>"])
            #expect(!shown.contains("\u{1B}") && !shown.contains("\u{07}"))
            #expect(shown.contains("\\x{1B}]0;title\\x{7}"))
        }
    }

    @Test func coloursOnTerminalsOnly() throws {
        let arguments = ["ping", "-n", "nobody@127.0.0.1"]
        #expect(try Self.onTerminal(arguments).contains("\u{1B}[1;31mE-EPMD-NOTREG at EPMD\u{1B}[0m"))
        for variables: [String: String?] in [["TERM": "dumb"], ["TERM": "xterm", "NO_COLOR": "1"]] {
            #expect(!(try Self.onTerminal(arguments, variables)).contains("\u{1B}"))
        }
        #expect(!(try Self.tool().run(arguments)).standardError.contains("\u{1B}"))
    }

    @Test func messagesFitTheTerminal() throws {
        let shown = try Self.onTerminal(["ping", "-n", "nobody@127.0.0.1", "--color", "never"])
        #expect(shown.contains("\n  remedy: "))
        #expect(shown.split(separator: "\n").allSatisfy { $0.count <= 80 })
        let members = try Self.onTerminal(["members", "--color", "never"])
        #expect(members.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test func linesComeAsTheyAreWritten() throws {
        let tool = try Self.tool()
        let child = try ChildProcess(
            BuiltProduct.tool,
            ["eval", "-o", "jsonl", "io:format(\"one~n\"), receive after infinity -> ok end"] + tool.options,
            environment: tool.environment)
        #expect(eventually { child.standardOutput.contains("\"output\":\"one\\n\"") })
        #expect(child.isRunning)
        child.terminate()
    }

    @Test func expressionsFromAFileAndFromAPipe() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("%% two lines\nX = 20,\nX + 1.\n", to: "e.erl")
        let tool = try Self.tool()
        #expect(try tool.run("eval", "-f", file).standardOutput == "21\n")
        let several = try directory.write("\u{FEFF}X = 4.\n%% and\nX * 2.\n", to: "several.erl")
        #expect(try tool.run("eval", "-f", several).standardOutput == "8\n")
        #expect(try tool.run("eval", "-", input: "[a,\n b].\n").standardOutput == "[a,b]\n")
        let wrong = try directory.write("X = 1,\nY = ).\n", to: "wrong.erl")
        let refused = try tool.run("eval", "-f", wrong)
        #expect(refused.exitStatus == 65)
        #expect(refused.standardError.hasPrefix("erlclu-ctl: \(wrong):2:5: syntax error before: ')'\n  Y = ).\n"))
        #expect(try tool.run("eval", "-f", "/nonexistent").exitStatus == 66)
    }

    @Test func closedOutputIsAQuietEnd() throws {
        let tool = try Self.tool()
        let command = tool.shellCommand("eval", "lists:seq(1, 300000)") + " | head -n 1"
        let result = try CommandResult.of("sh", ["-c", command], environment: tool.environment)
        #expect(result.standardOutput.hasPrefix("[1,2,3,"))
        #expect(result.standardError == "")
    }

    @Test func someNodesOfSeveral() throws {
        let node = try Self.node.get()
        let result = try Self.tool().run("eval", "-n", "nobody@127.0.0.1", "-o", "json", "1")
        #expect(result.exitStatus == 2)
        #expect(result.standardOutput.contains("\"items\":[{\"node\":\"\(node.name)\",\"value\":1}]"))
        #expect(result.standardOutput.contains("\"errors\":[{\"node\":\"nobody@127.0.0.1\",\"code\":\"E-EPMD-NOTREG\""))
        #expect(result.standardError == "")
    }

    @Test func namesWithoutATarget() throws {
        let node = try Self.node.get()
        let environment = NodeTool.scrubbed.merging(node.environment) { $1 }
        let result = try CommandResult.of(BuiltProduct.tool, ["names"], environment: environment)
        #expect(result.exitStatus == 0)
        #expect(result.standardOutput.contains("\(node.name.prefix { $0 != "@" })"))
    }
}
