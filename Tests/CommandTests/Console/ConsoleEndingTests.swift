import ErlcluTestSupport
import Glibc
import Testing

/// None of the ways in which a console ends stops the node, and nothing of the console stays there.
@Suite(.waiting) struct ConsoleEndingTests {
    @Test(arguments: OTPRelease.available, [Route.tcp, .tls])
    func nothingStaysOnTheNode(release: OTPRelease, route: Route) throws {
        let node = try RoutedRelease(release: release, route: route).start()
        // TLS leaves processes of its own after the first connection.
        #expect(try NodeTool(node).run("ping").exitStatus == 0)
        // With TLS the one that takes connections is another one after each.
        let calls = "[proc_lib:translate_initial_call(P) || P <- erlang:processes()]"
        let before = try NodeInventory(of: node, processes: route == .tcp ? "erlang:processes()" : calls)
        for ending in ConsoleEnding.allCases {
            try ending.happen(to: node)
            try before.expectNothingMore("after \(ending)")
        }
    }

    @Test(arguments: OTPRelease.available)
    func nothingOfIExStays(release: OTPRelease) throws {
        let node = try RemoteIExTests.node(release)
        // What it starts for good is there after the first shell.
        #expect(try NodeTool(node).run("remote_console", input: "1 + 1\n").exitStatus == 0)
        let before = try NodeInventory(of: node)
        // Elixir's shell knows no `exit().`
        for ending in ConsoleEnding.allCases where ending != .exitCall {
            try ending.happen(to: node, .elixir)
            try before.expectNothingMore("after \(ending)")
        }
    }

    @Test(arguments: [SIGTERM, SIGHUP, SIGINT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, nil])
    func theTerminalIsAsBefore(signal: Int32?) throws {
        let tool = try NodeTool(try SharedNodes.plain.get())
        let console = try ChildProcess(
            "sh",
            [
                "-c", "stty -g; sh -c 'echo pid $$; exec \"$@\"' sh \(tool.shellCommand("remote_console")); stty -g",
            ], environment: tool.environment, terminal: TerminalSize())
        #expect(console.waitForOutput(containing: ")1> "))
        if let signal {
            let words = console.standardOutput.split(whereSeparator: \.isWhitespace)
            let pid = try #require(words.firstIndex(of: "pid").flatMap { pid_t(words[$0 + 1]) })
            kill(pid, signal)
        }
        // This one is for what the node evaluates.
        if signal == SIGINT { #expect(console.waitForOutput(containing: "killed")) }
        if signal == nil || signal == SIGINT { console.send("exit().\r") }
        let output = try console.wait().standardOutput
        // The shell may tell of the signal just before.
        let lines = output.split(separator: "\r\n")
        let settings = try #require(lines.first)
        #expect(lines.count > 3 && lines.last?.hasSuffix(settings) == true, "\(output.debugDescription)")
        // Marks of pastes.
        let marks = output.split(separator: "\u{1B}[?2004").dropFirst().map(\.first)
        #expect(marks == ["h", "l"], "\(output.debugDescription)")
    }
}
