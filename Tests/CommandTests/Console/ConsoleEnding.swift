import ErlcluTestSupport
import Glibc
import Testing

/// A way in which a console ends.
enum ConsoleEnding: CaseIterable {
    case endOfInput
    case endOfInputKey
    case leaveKey
    case exitCall
    case menu
    case terminated
    case hungUp
    case killed
    case terminalClosed
    case linkCut

    /// Opens a console on the node and ends it in this way, with something running on the node where that can be.
    func happen(to node: ErlangNodeFixture, _ lines: ShellLines = .erlang) throws {
        guard case .linkCut = self else { return try happen(through: try NodeTool(node), lines) }
        let forwarder = try PortForwarder(to: node.port)
        let console = try busy(try NodeTool(node, address: "127.0.0.1:\(forwarder.port)"), lines)
        forwarder.stop()
        try console.wait(for: "Connect again? (y/n)")
        #expect(try console.screen.capture().contains("E-CLOSED at DOWN"))
        try console.screen.type("n")
        #expect(try eventually { try console.screen.exitStatus() == 69 })
    }

    /// - Parameter tool: with the way to the node, which is not cut here.
    func happen(through node: NodeTool, _ lines: ShellLines = .erlang) throws {
        switch self {
        case .endOfInput:
            let result = try node.run("remote_console", input: "\(lines.short)\n\(lines.linked)\n")
            #expect(result.exitStatus == 0, "\(result.standardError)")
        case .endOfInputKey: try press("C-d", node, while: lines.short)
        case .leaveKey: try press("C-]", node, while: lines.endless)
        case .exitCall: try press("Enter", node, while: lines.short, typing: "exit().")
        case .menu:
            let console = try busy(node, lines)
            try console.screen.press("C-g")
            try console.wait(for: "-->")
            try console.enter("q")
            try console.waitForEnd()
        case .terminated: try signal(SIGTERM, node, lines)
        case .hungUp: try signal(SIGHUP, node, lines)
        case .killed: try signal(SIGKILL, node, lines)
        case .terminalClosed: try busy(node, lines).screen.stop()
        case .linkCut: break
        }
    }

    private func busy(
        _ node: NodeTool, _ lines: ShellLines
    ) throws -> ConsoleScreen {
        try busyWithProcess(node, lines).console
    }

    private func busyWithProcess(
        _ node: NodeTool, _ lines: ShellLines
    ) throws -> (console: ConsoleScreen, process: pid_t) {
        let found = try ConsoleScreen.withProcess(node)
        try found.console.enter(lines.endless)
        try found.console.wait(for: "\non\n")
        return found
    }

    private func signal(_ number: Int32, _ node: NodeTool, _ lines: ShellLines) throws {
        let (console, process) = try busyWithProcess(node, lines)
        kill(process, number)
        #expect(try eventually { try console.screen.exitStatus() == 128 + number })
    }

    private func press(
        _ key: String, _ node: NodeTool, while line: String, typing text: String = ""
    ) throws {
        let console = try ConsoleScreen(node)
        try console.wait(for: ")1>")
        try console.enter(line)
        _ = try console.screen.wait { $0.contains("\non\n") || $0.contains(")2>") }
        try console.screen.type(text)
        try console.screen.press(key)
        try console.waitForEnd()
    }
}

/// What is entered in a shell that is going to end.
struct ShellLines {
    let short: String
    /// Makes a process that goes with the shell.
    let linked: String
    /// Does not end, and has a process of its own.
    let endless: String

    static let erlang = ShellLines(
        short: "X = 1.", linked: "spawn_link(timer, sleep, [infinity]).",
        endless: "spawn_link(timer, sleep, [infinity]), io:put_chars(\"on\\n\"), timer:sleep(infinity).")

    static let elixir = ShellLines(
        // An evaluator of IEx ends in order, which ends nothing that is linked to it.
        short: "x = 1", linked: "x + 1",
        endless: "spawn_link(fn -> Process.sleep(:infinity) end); IO.puts(\"on\"); Process.sleep(:infinity)")
}
