import ErlcluTestSupport
import Foundation
import Glibc
import Testing

/// A console in a terminal, with a history of its own.
struct ConsoleScreen {
    let screen: TmuxScreen
    private let state: TemporaryDirectory
    private let tool: NodeTool

    init(
        _ node: ErlangNodeFixture, options: [String] = [], address: String? = nil, precededBy prefix: String = "",
        followedBy suffix: String = ""
    ) throws {
        try self.init(
            try NodeTool(node, address: address), options: options, precededBy: prefix, followedBy: suffix)
    }

    /// - Parameter tool: with the way to the node.
    init(
        _ tool: NodeTool, options: [String] = [], precededBy prefix: String = "", followedBy suffix: String = ""
    ) throws {
        state = try TemporaryDirectory()
        self.tool = tool
        let command = tool.shellCommand(["remote_console"] + options)
        screen = try TmuxScreen(
            "\(prefix) env XDG_STATE_HOME='\(state.file("state"))' \(command) \(suffix)", environment: tool.variables)
    }

    /// A console whose process is known.
    /// - Returns: the console at its first prompt, and the process.
    static func withProcess(
        _ node: ErlangNodeFixture, address: String? = nil
    ) throws -> (console: ConsoleScreen, process: pid_t) { try withProcess(try NodeTool(node, address: address)) }

    static func withProcess(_ tool: NodeTool) throws -> (console: ConsoleScreen, process: pid_t) {
        let console = try ConsoleScreen(tool, precededBy: "sh -c 'echo $$; exec \"$@\"' sh")
        try console.wait(for: ")1>")
        let first = try console.screen.capture().split(separator: "\n").first ?? ""
        return (console, try #require(pid_t(first)))
    }

    func enter(_ text: String) throws {
        try screen.type(text)
        try screen.press("Enter")
    }

    func wait(for text: String) throws {
        let (seen, satisfied) = try screen.wait { $0.contains(text) }
        #expect(satisfied, "no '\(text)' in\n\(seen)")
    }

    /// Waits until it has ended in order.
    func waitForEnd() throws { #expect(try eventually { try screen.exitStatus() == 0 }) }

    func history() throws -> String {
        try String(contentsOfFile: state.file("state/erlclu/history/\(tool.node.name)"), encoding: .utf8)
    }
}
