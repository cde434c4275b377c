import ErlcluTestSupport
import Glibc
import Testing

/// The node's own shell through a real `ssh:daemon`, as it is over distribution.
@Suite(.waiting) struct SecureShellConsoleTests {
    @Test(arguments: OTPRelease.available)
    func linesFromAPipeAreRun(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let tool = try NodeDaemon(on: node).tool()
        let input = """
            nodes(). X = fun(A) ->
              A * 2 end.
            X(21).
            io:format("~ts~n", [[1103]]).
            io:get_line("x> ").
            typed
            exit(bye).
            self().
            init:stop().
            3.
            """
        let result = try tool.run("remote_console", input: input)
        #expect(result.exitStatus == 1, "\(result.standardError)")
        #expect(result.standardError.contains("init:stop() would stop \(node.name)"), "\(result.standardError)")
        let lines = result.standardOutput.split(separator: "\n").filter {
            !$0.hasPrefix("#Fun<") && !$0.hasPrefix("<0.")
        }
        #expect(lines == ["[]", "42", "я", "ok", "\"typed\\n\"", "** exception exit: bye"], "\(result.standardError)")
        #expect(result.standardError.hasPrefix("Eshell V"))
        #expect(try node.evaluate("{nodes(), nodes(hidden)}") == "{[],[]}")
    }

    @Test(arguments: OTPRelease.available)
    func anEvaluationIsInterruptedAndNamesAreCompleted(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let console = try ConsoleScreen(try NodeDaemon(on: node).tool())
        try console.wait(for: ")1>")
        try console.enter("X = 7.")
        try console.wait(for: ")2>")
        try console.enter("io:put_chars(\"on\\n\"), receive after infinity -> ok end.")
        try console.wait(for: "\non\n")
        try console.screen.press("C-c")
        try console.wait(for: ")3>")
        try console.screen.type("lists:rev")
        try console.screen.press("Tab")
        try console.wait(for: "lists:reverse(")
        try console.enter("[X,2]).")
        try console.wait(for: "[2,7]")
        try console.enter("io:get_line(\"n> \").")
        try console.wait(for: "\nn>")
        try console.screen.type("half")
        try console.screen.press("C-c")
        try console.wait(for: ")5>")
        try console.enter("q().")
        try console.wait(for: "q() stops the node \(node.name). Really? (y/N)")
        try console.screen.type("n")
        try console.wait(for: "no\n")
        try console.screen.press("C-c", "C-d")
        #expect(try eventually { try console.screen.exitStatus() == 0 })
        #expect(try console.history().contains("lists:reverse([X,2])."))
    }

    /// Exported funs, pids and references go there and back in what the shell asks of its group leader.
    @Test(arguments: OTPRelease.available)
    func whatIsAskedComesBackAsItWas(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let tool = try NodeDaemon(on: node).tool()
        let input = """
            As = {self(), make_ref(), fun lists:map/2, fun() -> self() end}.
            group_leader() ! {io_request, self(), As, getopts}, receive {io_reply, As, Opts} -> is_list(Opts) end.
            group_leader() ! {io_request, self(), As, {put_chars, unicode, io_lib, format, ["~w~n", [fun lists:map/2]]}}, receive {io_reply, As, R} -> R end.
            """
        let result = try tool.run("remote_console", input: input)
        #expect(result.exitStatus == 0, "\(result.standardError)")
        #expect(result.standardOutput.hasSuffix("true\nfun lists:map/2\nok\n"), "\(result.standardOutput)")
    }

    @Test(arguments: OTPRelease.available)
    func anElixirNodeHasIEx(release: OTPRelease) throws {
        let node = try RemoteIExTests.node(release)
        let tool = try NodeDaemon(on: node).tool()
        let result = try tool.run("remote_console", input: "x = 1 +\n  2\nIO.gets(\"n> \")\ntyped\n1 / 0\nx\n")
        #expect(result.exitStatus == 0, "\(result.standardError)")
        #expect(result.standardOutput.hasPrefix("3\n\"typed\\n\"\n** (ArithmeticError)"), "\(result.standardOutput)")
        #expect(result.standardOutput.hasSuffix("\n3\n"), "\(result.standardOutput)")
        #expect(result.standardError.hasPrefix("Interactive Elixir ("), "\(result.standardError)")
    }

    /// What leads the shell there is in a node's hands: where it is ended the console ends, and says so.
    @Test func whoeverEndsWhatLeadsEndsTheShell() throws {
        let node = try ErlangNodeFixture()
        let console = try ConsoleScreen(try NodeDaemon(on: node).tool())
        try console.wait(for: ")1>")
        try node.evaluate(
            """
            [exit(P, kill) || P <- processes(), {dictionary, D} <- [process_info(P, dictionary)],
             lists:member({'$initial_call', {erlclu, lead, 0}}, D)]
            """)
        #expect(try eventually { try console.screen.exitStatus() != nil })
        #expect(try node.evaluate("ok") == "ok")
    }
}
