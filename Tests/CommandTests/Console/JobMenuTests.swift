import ErlcluTestSupport
import Foundation
import Testing

/// Ctrl-G: shells on several nodes in one console.
@Suite(.waiting) struct JobMenuTests {
    @Test(arguments: [Route.tcp, .tls])
    func shellsOnTwoNodesAreSwitchedBetween(route: Route) throws {
        let field = RoutedRelease(release: .host, route: route)
        let (first, second) = (try field.start(), try field.start())
        let console = try JobConsole(first)
        try console.enter("X = 1.", at: 1)
        try console.order("r '\(second.name)'")
        try console.wait(for: "(\(second.name))1>")
        try console.enter("X = 2.", at: 1)
        try console.wait(for: "(\(second.name))2>")
        try console.order("j")
        try console.wait(for: "  1  \(first.name)\n  2* \(second.name)\n")
        try console.type("c 1")
        try console.enter("{node(), X + 40}.", at: 2)
        try console.wait(for: "{'\(first.name)',41}")
        try console.order("c 2")
        try console.enter("{node(), X + 40}.", at: 2)
        try console.wait(for: "{'\(second.name)',42}")
        try console.order("q")
        #expect(try eventually { try console.screen.exitStatus() == 0 })
        #expect(try first.evaluate("ok") == "ok")
        #expect(try second.evaluate("ok") == "ok")
    }

    /// An Escape that nothing follows is a key of its own.
    @Test func escapeLeavesTheMenu() throws {
        let node = try ErlangNodeFixture()
        let console = try JobConsole(node)
        try console.enter("X = 40.", at: 1)
        try console.wait(for: ")2>")
        try console.screen.press("C-g")
        try console.wait(for: " -->\n", atEnd: true)
        try console.screen.press("Escape")
        try console.wait(for: " -->\n(\(node.name))2>\n", atEnd: true)
        try console.enter("X + 2.", at: 2)
        try console.wait(for: "\n42\n")
    }

    /// Of the shell that one looks at: one is asked, and the other one is still there.
    @Test func losingOneNodeLeavesTheOther() throws {
        let (first, second) = (try ErlangNodeFixture(), try ErlangNodeFixture())
        let console = try JobConsole(first)
        try console.enter("X = 1.", at: 1)
        try console.order("r \(second.name)")
        try console.wait(for: "(\(second.name))1>")
        second.stop()
        try console.wait(for: "the shell on \(second.name) is gone with the link\nConnect again? (y/n)")
        try console.screen.type("y")
        try console.wait(for: "E-EPMD-NOTREG")
        let (screen, asksAgain) = try console.screen.wait {
            $0.components(separatedBy: "Connect again?").count == 3
        }
        #expect(asksAgain, "\(screen)")
        try console.screen.type("n")
        try console.enter("X + 41.", at: 2)
        try console.wait(for: "\n42\n")
    }

    /// Of another shell: a line says so, and what is being typed stays.
    @Test func losingANodeInTheBackgroundDisturbsNothing() throws {
        let (first, second) = (try ErlangNodeFixture(), try ErlangNodeFixture())
        let console = try JobConsole(first)
        try console.wait(for: ")1>")
        try console.order("r \(second.name)")
        try console.wait(for: "(\(second.name))1>")
        try console.order("c 1")
        try console.wait(for: "c 1\n(\(first.name))1>")
        try console.screen.type("40 + ")
        try console.wait(for: "1> 40 +")
        second.stop()
        try console.wait(for: "the shell on \(second.name) is gone with the link\n(\(first.name))1> 40 +")
        try console.type("2.")
        try console.wait(for: "\n42\n")
        try console.order("j")
        try console.wait(for: "  1* \(first.name)\nJob")
    }

    @Test func anotherJobIsInterruptedAndKilled() throws {
        let node = try ErlangNodeFixture()
        let before = try NodeInventory(of: node)
        let console = try JobConsole(node)
        try console.enter("receive after infinity -> ok end.", at: 1)
        try console.order("s")
        try console.wait(for: "s\nEshell")
        try console.enter("X = 2.", at: 1)
        try console.wait(for: ")2>")
        try console.order("i 1")
        try console.wait(for: "i 1\nJob command")
        try console.type("c 1")
        try console.wait(for: "** exception exit: killed")
        try console.wait(for: ")2>\n")
        try console.order("k 2")
        try console.wait(for: "k 2\nJob command")
        #expect(try eventually { try console.listsOnly(1, node) })
        try console.type("c 2")
        try console.wait(for: "there is no job 2")
        try console.type("q")
        #expect(try eventually { try console.screen.exitStatus() == 0 })
        try before.expectNothingMore()
    }

    @Test func aNodeThatIsNotThereIsNamed() throws {
        let node = try ErlangNodeFixture()
        let console = try JobConsole(node)
        try console.wait(for: ")1>")
        try console.order("r nosuchnode")
        // On the host of the node at hand.
        try console.wait(for: "epmd at 127.0.0.1:")
        try console.wait(for: "does not know nosuchnode")
        try console.wait(for: "Job command (h for help)\n -->\n")
        try console.type("c")
        try console.enter("40 + 2.", at: 1)
        try console.wait(for: "\n42\n")
    }

    @Test func theOtherShellIsChosen() throws {
        let libraries = ["elixir", "logger", "iex"].map { "/usr/lib/elixir/lib/\($0)/ebin" }
        let node = try ErlangNodeFixture(arguments: ["-pa"] + libraries)
        let console = try JobConsole(node)
        try console.wait(for: ")1>")
        try console.order("s 'Elixir.IEx'")
        try console.wait(for: "iex(\(node.name))1>")
        try console.type("1 + 41")
        try console.wait(for: "42")
        try console.order("j")
        try console.wait(for: "  2* \(node.name) (IEx)\n")
    }

    @Test func aProtectedContextWarnsOfEachNode() throws {
        let (first, second) = (try ErlangNodeFixture(), try ErlangNodeFixture())
        defer { second.stop() }
        let directory = try TemporaryDirectory()
        var tool = try NodeTool(first)
        tool.environment["ERLCLU_CONFIG"] = try directory.write(
            "{context, prod, [{mode, protected}]}.", to: "erlclu.config")
        tool.options += ["-c", "prod"]
        let console = try JobConsole(tool)
        try console.wait(for: "warning: \(first.name) is protected")
        try console.wait(for: ")1>")
        try console.order("r \(second.name)")
        try console.wait(for: "warning: \(second.name) is protected")
        try console.wait(for: "(\(second.name))1>")
        #expect(try first.evaluate("ok") == "ok")
    }

    /// Ctrl-C before there is any shell leaves.
    @Test func waitingForTheFirstNodeIsBrokenOff() throws {
        let (node, deaf) = (try ErlangNodeFixture(), try DeafListener())
        defer { node.stop() }
        var tool = try NodeTool(node, address: "127.0.0.1:\(deaf.port)")
        tool.options.append("-v")
        let console = try JobConsole(tool)
        try console.wait(for: "connecting to 127.0.0.1:\(deaf.port)")
        try console.screen.press("C-c")
        #expect(try eventually { try console.screen.exitStatus() == 130 })
    }

    /// A peer that never answers: Ctrl-C goes back to what is there.
    @Test func waitingForANodeIsBrokenOff() throws {
        let (node, deaf) = (try ErlangNodeFixture(), try DeafListener())
        var tool = try NodeTool(node, address: "127.0.0.1:\(node.port)")
        tool.options += ["--epmd", "127.0.0.1:\(deaf.port)"]
        let console = try JobConsole(tool)
        try console.wait(for: ")1>")
        try console.order("r x@127.0.0.1")
        try console.screen.press("C-c")
        try console.wait(for: "Job command (h for help)\n -->\n")
        try console.type("c 1")
        try console.enter("40 + 2.", at: 1)
        try console.wait(for: "\n42\n")
    }
}

/// A console in a terminal, wide enough for the names of nodes.
private struct JobConsole {
    let screen: TmuxScreen
    private let state: TemporaryDirectory

    init(_ node: ErlangNodeFixture) throws { try self.init(NodeTool(node)) }

    init(_ tool: NodeTool) throws {
        state = try TemporaryDirectory()
        screen = try TmuxScreen(
            "env XDG_STATE_HOME='\(state.path)' \(tool.shellCommand("remote_console"))",
            size: TerminalSize(columns: 120, rows: 40), environment: tool.variables)
    }

    /// Types a line.
    func type(_ text: String) throws {
        try screen.type(text)
        try screen.press("Enter")
    }

    /// Types a line at a prompt with this number.
    func enter(_ text: String, at number: Int) throws {
        try wait(for: ")\(number)>\n", atEnd: true)
        try type(text)
    }

    /// Gives a command to the job menu.
    func order(_ command: String) throws {
        try screen.press("C-g")
        try wait(for: " -->\n", atEnd: true)
        try type(command)
    }

    func wait(for text: String, atEnd: Bool = false) throws {
        let (seen, satisfied) = try screen.wait {
            atEnd ? ($0.trimmingCharacters(in: .newlines) + "\n").hasSuffix(text) : $0.contains(text)
        }
        #expect(satisfied, "no '\(text)' in\n\(seen)")
    }

    /// Asks the menu, where the console is, for its jobs.
    func listsOnly(_ number: Int, _ node: ErlangNodeFixture) throws -> Bool {
        try type("j")
        try wait(for: " -->\n", atEnd: true)
        return try screen.capture().contains("--> j\n  \(number)* \(node.name)\nJob command")
    }
}
