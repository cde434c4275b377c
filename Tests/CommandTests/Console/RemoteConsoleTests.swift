import ErlcluTestSupport
import Testing

/// The node's own shell, on each release.
@Suite(.waiting) struct RemoteConsoleTests {
    @Test(arguments: OTPRelease.available, [Route.tcp, .tls])
    func linesFromAPipeAreRun(release: OTPRelease, route: Route) throws {
        let field = RoutedRelease(release: release, route: route)
        let node = try field.start()
        let tool = try field.tool(node).tool
        // TLS leaves processes of its own after the first connection.
        #expect(try tool.run("ping").exitStatus == 0)
        let calls = "[proc_lib:translate_initial_call(P) || P <- erlang:processes()]"
        let before = try NodeInventory(of: node, processes: calls)
        let input = """
            nodes(). X = fun(A) ->
              A * 2 end.
            X(21).
            io:format("~ts~n", [[1103]]).
            io:get_line("x> ").
            typed
            exit(bye).
            length(lists:seq(1, 100000)).
            lists:seq(1, 3)
            """
        let result = try tool.run("remote_console", input: input)
        // The last line has no end.
        #expect(result.exitStatus == 65, "\(result.standardError)")
        #expect(result.standardError.hasSuffix("the last expression has no end, and is not run\n"))
        let lines = result.standardOutput.split(separator: "\n").filter { !$0.hasPrefix("#Fun<") }
        #expect(lines == ["[]", "42", "я", "ok", "\"typed\\n\"", "** exception exit: bye", "100000"])
        #expect(result.standardError.hasPrefix("Eshell V"))
        try before.expectNothingMore()
    }

    @Test func aStatedDeadlineEndsWhatComesFromAPipe() throws {
        let tool = try NodeTool(try ErlangNodeFixture())
        let late = try tool.run("remote_console", "-t", "5s", input: "timer:sleep(infinity).\n")
        #expect(late.exitStatus == 75, "\(late.standardError)")
        #expect(late.standardError.contains("E-TIMEOUT"))
        #expect(try tool.run("remote_console", "-o", "json", input: "1.\n").exitStatus == 64)
    }

    @Test func whatStopsTheNodeIsRefusedFromAPipe() throws {
        let node = try ErlangNodeFixture()
        let tool = try NodeTool(node)
        let refused = try tool.run("remote_console", input: "1.\ninit:stop().\n2.\n")
        #expect(refused.exitStatus == 1)
        #expect(refused.standardOutput == "1\n")
        #expect(refused.standardError.contains("init:stop() would stop \(node.name)"))
        #expect(try node.evaluate("ok") == "ok")
    }

    @Test(arguments: OTPRelease.available)
    func anEvaluationIsInterruptedAndItsBindingsStay(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let before = try NodeInventory(of: node)
        let console = try ConsoleScreen(node)
        try console.wait(for: ")1>")
        try console.enter("X = 7.")
        try console.wait(for: ")2>")
        try console.enter("io:put_chars(\"on\\n\"), receive after infinity -> ok end.")
        try console.wait(for: "\non\n")
        try console.screen.press("C-c")
        try console.wait(for: ")3>")
        try console.enter("fun(A) ->")
        try console.wait(for: "..")
        try console.enter("A + X end(1).")
        try console.wait(for: ")4>")
        let screen = try console.screen.capture()
        #expect(screen.contains("** exception exit: killed"), "\(screen)")
        #expect(screen.split(separator: "\n").contains("8"), "\(screen)")
        try console.enter("io:get_line(\"n> \").")
        try console.wait(for: "\nn>")
        try console.screen.type("half")
        try console.screen.press("C-c")
        try console.wait(for: ")5>")
        try console.enter("q().")
        try console.wait(for: "q() stops the node \(node.name). Really? (y/N)")
        try console.screen.type("n")
        try console.wait(for: "no\n")
        try console.screen.press("C-r")
        try console.screen.type("X =")
        try console.wait(for: "(search)`X =': X = 7.")
        try console.screen.press("C-c", "C-d")
        #expect(try eventually { try console.screen.exitStatus() == 0 })
        try before.expectNothingMore()
        #expect(
            try console.history() == #"""
                X = 7.
                io:put_chars("on\\n"), receive after infinity -> ok end.
                fun(A) ->\nA + X end(1).
                io:get_line("n> ").

                """#)
    }

    /// A key that comes while the node still looks at the line interrupts neither more nor less than that line, and what
    /// was entered has been entered. Keys in one piece make sure of the moment.
    @Test(arguments: OTPRelease.available)
    func anInterruptBehindTheLineLeavesTheHistoryAndTheNextLine(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let console = try ConsoleScreen(node)
        try console.wait(for: ")1>")
        for line in ["receive after infinity -> ok end.", "fun(A) ->", "a b."] {
            try console.screen.type("\u{C}\(line)\r\u{3}")
            try console.wait(for: ")1> \(line)\n** exception exit: killed\n(\(node.name))1>\n")
        }
        // Whoever reads first is no part of the shell. It waits when it has asked.
        let asked = "(fun F() -> case process_info(P, status) of {_, waiting} -> ok; _ -> F() end end)()"
        try console.enter("P = spawn(fun() -> io:get_line(\"b> \") end), \(asked), early.")
        try console.wait(for: "\nearly\nb>")
        try console.screen.press("C-c")
        try console.wait(for: ")2>")
        try console.enter("erlang:length([late]) + 41.")
        try console.wait(for: "\n42\n")
        #expect(
            try console.history() == """
                receive after infinity -> ok end.
                fun(A) ->
                a b.
                P = spawn(fun() -> io:get_line("b> ") end), \(asked), early.
                erlang:length([late]) + 41.

                """)
    }

    @Test func severalShellsAreKept() throws {
        let node = try ErlangNodeFixture()
        defer { node.stop() }
        let console = try ConsoleScreen(node)
        try console.wait(for: ")1>")
        try console.enter("X = 1.")
        try console.wait(for: ")2>")
        try console.screen.press("C-g")
        try console.enter("s")
        try console.wait(for: "s\nEshell")
        try console.enter("X.")
        try console.wait(for: "unbound")
        try console.enter("exit().")
        try console.wait(for: ")2>\n")
        try console.enter("X + 41.")
        try console.wait(for: "42")
        try console.screen.press("C-d")
        #expect(try eventually { try console.screen.exitStatus() == 0 })
    }

    @Test func theLinkIsLostAndMadeAgain() throws {
        let node = try ErlangNodeFixture()
        let console = try ConsoleScreen(node)
        try console.wait(for: ")1>")
        _ = try node.evaluate("[erlang:disconnect_node(N) || N <- nodes(hidden)]")
        try console.wait(for: "Connect again? (y/n)")
        #expect(try console.screen.capture().contains("E-CLOSED at DOWN"))
        try console.screen.type("y")
        try console.wait(for: "yes\nEshell")
    }
}
