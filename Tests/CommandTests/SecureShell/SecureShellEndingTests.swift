import ErlcluTestSupport
import Foundation
import Glibc
import Testing

/// However a console, a trace or a watch over SSH ends, nothing of it stays on the node.
@Suite(.waiting) struct SecureShellEndingTests {
    @Test(arguments: OTPRelease.available)
    func nothingOfAConsoleStays(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let tool = try NodeDaemon(on: node).tool()
        defer { withExtendedLifetime(tool) {} }
        #expect(try tool.run("ping").exitStatus == 0)
        let before = try NodeInventory(of: node)
        for ending in ConsoleEnding.allCases where ending != .linkCut {
            try ending.happen(through: tool)
            try before.expectNothingMore("after \(ending)")
        }
    }

    @Test(arguments: OTPRelease.available)
    func nothingOfIExStays(release: OTPRelease) throws {
        let node = try RemoteIExTests.node(release)
        let tool = try NodeDaemon(on: node).tool()
        defer { withExtendedLifetime(tool) {} }
        // What it starts for good is there after the first shell.
        #expect(try tool.run("remote_console", input: "1 + 1\n").exitStatus == 0)
        let before = try NodeInventory(of: node)
        for ending in [ConsoleEnding.endOfInput, .leaveKey, .killed, .terminalClosed] {
            try ending.happen(through: tool, .elixir)
            try before.expectNothingMore("after \(ending)")
        }
    }

    @Test(arguments: OTPRelease.available)
    func nothingOfATraceStays(release: OTPRelease) throws {
        for transport in try [NodeTransport.tcp, .mutualTLS()] {
            let node = try ErlangNodeFixture(release: release, transport: transport)
            let tool = try NodeDaemon(on: node).tool()
            defer { withExtendedLifetime(tool) {} }
            let before = try NodeTraces(on: node)
            for number in [SIGINT, SIGTERM, SIGKILL] {
                let trace = try tool.start("trace", "dist", "-o", "jsonl")
                #expect(trace.waitForOutput(containing: "tracing ", onError: true), "\(trace.standardError)")
                #expect(try NodeTraces(on: node) != before, "\(release): there is no trace to be seen")
                trace.signal(number)
                _ = try trace.wait()
                #expect(try eventually { try NodeTraces(on: node) == before }, "\(release), signal \(number)")
            }
        }
    }

    @Test(arguments: OTPRelease.available)
    func nothingOfAWatchStays(release: OTPRelease) throws {
        let nodes = try (0..<2).map { _ in try ErlangNodeFixture(release: release) }
        try nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')")
        let tool = try NodeDaemon(on: nodes[0]).tool()
        defer { withExtendedLifetime(tool) {} }
        func watch() throws -> ChildProcess {
            let watch = try tool.start("members", "--watch", "-o", "jsonl")
            for node in nodes {
                #expect(watch.waitForOutput(containing: "\(node.name)\",\"state\":\"up\""), "\(watch.standardError)")
            }
            return watch
        }
        // What is used for the first time stays known.
        let first = try watch()
        first.signal(SIGINT)
        _ = try first.wait()
        let before = try nodes.map { try NodeInventory(of: $0) }
        for number in [SIGINT, SIGKILL] {
            let watch = try watch()
            watch.signal(number)
            _ = try watch.wait()
            for inventory in before { try inventory.expectNothingMore("\(release), signal \(number)") }
        }
    }

    /// The dashboard with a trace on, killed.
    @Test(arguments: OTPRelease.available)
    func nothingOfADashboardStays(release: OTPRelease) throws {
        let nodes = try (0..<2).map { _ in try ErlangNodeFixture(release: release) }
        try nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')")
        let tool = try NodeDaemon(on: nodes[0]).tool()
        defer { withExtendedLifetime(tool) {} }
        let traces = try nodes.map { try NodeTraces(on: $0) }
        let directory = try TemporaryDirectory()
        func use() throws {
            let file = directory.file("pid")
            let screen = try TmuxScreen(
                "sh -c 'echo $$ >\(file); exec \"$@\"' sh \(tool.shellCommand("ui")); echo status $?.; read x",
                size: TerminalSize(columns: 110, rows: 30), environment: tool.variables)
            defer { screen.stop() }
            func expect(_ what: String, _ condition: (String) -> Bool) throws {
                let (seen, satisfied) = try screen.wait(until: condition)
                #expect(satisfied, "\(what)\n\(seen)")
            }
            try expect("members") { $0.contains("LIVE") && $0.contains("2 UP") }
            try screen.press("3")
            try expect("a trace on both") { screen in
                screen.contains("traced: ") && nodes.allSatisfy { screen.contains($0.name) }
            }
            let process = try #require(pid_t(String(contentsOfFile: file, encoding: .utf8).filter(\.isNumber)))
            kill(process, SIGKILL)
            try expect("it ends") { $0.contains("status 137.") }
        }
        // What is used for the first time stays known.
        try use()
        let before = try nodes.map { try NodeInventory(of: $0, processes: Self.ours) }
        for _ in 0..<2 {
            try use()
            for (place, node) in nodes.enumerated() {
                try before[place].expectNothingMore("\(release), node \(place)")
                #expect(try eventually { try NodeTraces(on: node) == traces[place] }, "\(release), node \(place)")
            }
        }
    }

    /// What of ours runs there: no program has a name of its own.
    private static let ours = """
        [P || P <- erlang:processes(), {dictionary, D} <- [process_info(P, dictionary)], {'$initial_call', {erlclu, _, _}} <- D]
        """

    /// To the node a tool that stands still is one whose network is cut.
    @Test(arguments: OTPRelease.available)
    func aTraceEndsWhenNothingIsHeard(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let tool = try NodeDaemon(on: node).tool()
        defer { withExtendedLifetime(tool) {} }
        let before = try node.evaluate(Self.ours)
        let trace = try tool.start("trace", "dist", "-o", "jsonl")
        #expect(trace.waitForOutput(containing: "tracing ", onError: true), "\(trace.standardError)")
        #expect(try node.evaluate(Self.ours) != before)
        trace.signal(SIGSTOP)
        #expect(try eventually { try node.evaluate(Self.ours) == before }, "\(release)")
        trace.signal(SIGCONT)
        #expect(eventually { trace.standardError.contains("again") }, "\(release): \(trace.standardError)")
        trace.signal(SIGINT)
        _ = try trace.wait()
    }

    /// What was asked was done, though the way there ends by it: a node that stops may end its SSH daemon, and one that
    /// halts ends all, before the answer has gone out.
    @Test(arguments: OTPRelease.available)
    func whatStopsTheNodeIsDone(release: OTPRelease) throws {
        for words in [["rpc", "init", "stop"], ["eval", "init:stop()."], ["eval", "erlang:halt()."]] {
            for isOverSSH in [true, false] {
                let node = try ErlangNodeFixture(release: release)
                let tool = try isOverSSH ? NodeDaemon(on: node).tool() : NodeTool(node)
                let result = try tool.run(words)
                #expect(result.exitStatus == 0, "\(release), \(words): \(result.standardError)")
                let isGone = result.standardError.contains("\(node.name) has gone, as ") && result.standardOutput == ""
                #expect(isGone || result.standardOutput == "ok\n" && result.standardError == "", "\(result)")
            }
        }
    }

    /// Whoever stops nothing is not to take the end of a node for an answer.
    @Test func anEndThatNobodyAskedForIsAFailure() throws {
        for isOverSSH in [true, false] {
            let node = try ErlangNodeFixture()
            let tool = try isOverSSH ? NodeDaemon(on: node).tool() : NodeTool(node)
            let evaluation = try tool.start("eval", "io:put_chars(\"on\\n\"), timer:sleep(infinity).")
            #expect(evaluation.waitForOutput(containing: "on\n"), "\(evaluation.standardError)")
            _ = try? node.evaluate("spawn(fun() -> timer:sleep(200), erlang:halt() end)")
            let result = try evaluation.wait()
            #expect(result.exitStatus == 69 && result.standardError.contains("E-CLOSED"), "\(result.standardError)")
        }
    }
}
