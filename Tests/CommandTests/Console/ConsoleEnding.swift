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
    func happen(to node: ErlangNodeFixture) throws {
        switch self {
        case .endOfInput:
            let result = try NodeTool(node).run(
                "remote_console", input: "X = 1.\nspawn_link(timer, sleep, [infinity]).\n")
            #expect(result.exitStatus == 0, "\(result.standardError)")
        case .endOfInputKey: try press("C-d", node, while: "X = 1.")
        case .leaveKey: try press("C-]", node, while: Self.endless)
        case .exitCall: try press("Enter", node, while: "X = 1.", typing: "exit().")
        case .menu:
            let console = try busy(node)
            try console.screen.press("C-g")
            try console.wait(for: "-->")
            try console.enter("q")
            try console.waitForEnd()
        case .terminated: try signal(SIGTERM, node)
        case .hungUp: try signal(SIGHUP, node)
        case .killed: try signal(SIGKILL, node)
        case .terminalClosed: try busy(node).screen.stop()
        case .linkCut:
            let forwarder = try PortForwarder(to: node.port)
            let console = try busy(node, address: "127.0.0.1:\(forwarder.port)")
            forwarder.stop()
            try console.wait(for: "Connect again? (y/n)")
            #expect(try console.screen.capture().contains("E-CLOSED at DOWN"))
            try console.screen.type("n")
            #expect(try eventually(within: 5) { try console.screen.exitStatus() == 69 })
        }
    }

    /// An evaluation that does not end, with a process of its own.
    private static let endless = "spawn_link(timer, sleep, [infinity]), io:put_chars(\"on\\n\"), timer:sleep(infinity)."

    private func busy(_ node: ErlangNodeFixture, address: String? = nil) throws -> ConsoleScreen {
        try busyWithProcess(node, address: address).console
    }

    private func busyWithProcess(
        _ node: ErlangNodeFixture, address: String? = nil
    ) throws -> (console: ConsoleScreen, process: pid_t) {
        let found = try ConsoleScreen.withProcess(node, address: address)
        try found.console.enter(Self.endless)
        try found.console.wait(for: "\non\n")
        return found
    }

    private func signal(_ number: Int32, _ node: ErlangNodeFixture) throws {
        let (console, process) = try busyWithProcess(node)
        kill(process, number)
        #expect(try eventually(within: 5) { try console.screen.exitStatus() == 128 + number })
    }

    private func press(
        _ key: String, _ node: ErlangNodeFixture, while line: String, typing text: String = ""
    ) throws {
        let console: ConsoleScreen
        if line == Self.endless {
            console = try busy(node)
        } else {
            console = try ConsoleScreen(node)
            try console.wait(for: ")1>")
            try console.enter(line)
            try console.wait(for: ")2>")
        }
        try console.screen.type(text)
        try console.screen.press(key)
        try console.waitForEnd()
    }
}
