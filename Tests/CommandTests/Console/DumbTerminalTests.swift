import ErlcluTestSupport
import Foundation
import Testing

/// `TERM=dumb`: not one escape sequence leaves the tool. tmux keeps the bytes.
@Suite(.waiting) struct DumbTerminalTests {
    @Test func theConsoleDrawsWithoutSequences() throws {
        let node = try SharedNodes.plain.get()
        let console = try ConsoleScreen(node, precededBy: Self.prefix)
        let bytes = try Self.record(console.screen)
        try console.wait(for: ")1>")
        try console.enter("X = 40.")
        try console.wait(for: "\n40\n(\(node.name))2>")
        try console.screen.type("X + 3")
        try console.screen.press("BSpace")
        try console.screen.type("2.")
        try console.screen.press("C-a", "C-f", "C-e", "Enter")
        try console.wait(for: "\n42\n(\(node.name))3>")
        try console.enter(#"io:put_chars("\e[31mred\e[0m\e[5A\n")."#)
        try console.wait(for: "\nred\nok\n(\(node.name))4>")
        try console.screen.type("lists:key")
        try console.screen.press("Tab")
        try console.wait(for: "keymerge/3")
        try console.screen.press("C-l", "C-u")
        try console.enter("io:get_line(\"n> \").")
        try console.wait(for: "\nn>")
        try console.enter("typed")
        try console.wait(for: "\"typed\\n\"")
        try console.enter("timer:sleep(infinity).")
        try console.screen.press("C-c")
        try console.wait(for: "exception exit: killed")
        try console.screen.press("C-g")
        try console.wait(for: "-->")
        try console.enter("h")
        try console.wait(for: "this list")
        try console.enter("c")
        try console.enter("X.")
        try console.wait(for: "\n40\n")
        try console.screen.press("C-d")
        try console.waitForEnd()
        try Self.expectNoSequence(bytes())
    }

    @Test func noVerbWritesOne() throws {
        let node = try SharedNodes.plain.get()
        let tool = try NodeTool(node)
        let lines: [[String]] = [
            ["ping"], ["members"], ["status"], ["version"], ["doctor"], ["names"], ["config", "view"],
            ["eval", "1/0."], ["eval", "1 +"], ["eval", #"io:put_chars([27, "[31mred", 155, "31m"]), [27]."#],
            ["eval", "--all", "ok"], ["eval", "-t", "1s", "timer:sleep(infinity)"], ["explain", "E-COOKIE"],
            ["nosuchverb"], ["doctor", "nobody@127.0.0.1"], ["help", "eval"],
        ]
        let commands = lines.map { tool.shellCommand($0) } + ["echo all is done"]
        let screen = try TmuxScreen(
            "\(Self.prefix) sh -c '\(commands.joined(separator: "; ").replacing("'", with: #"'\''"#))'",
            environment: tool.variables)
        let bytes = try Self.record(screen)
        let (seen, isDone) = try screen.wait(within: 2 * Deadline.patience) { $0.contains("all is done") }
        #expect(isDone, "\(seen)")
        try Self.expectNoSequence(bytes())
    }

    /// Waits for a line, so that nothing is written before it is kept.
    private static let prefix = "env -u NO_COLOR TERM=dumb sh -c 'read go; exec \"$@\"' sh"

    /// Keeps what the program writes, and lets it begin.
    private static func record(_ screen: TmuxScreen) throws -> () throws -> [UInt8] {
        let directory = try TemporaryDirectory()
        let file = directory.file("bytes")
        try screen.record(to: file)
        try screen.press("Enter")
        return {
            _ = directory
            return Array(try Data(contentsOf: URL(fileURLWithPath: file)))
        }
    }

    private static func expectNoSequence(_ bytes: [UInt8]) throws {
        #expect(bytes.count > 100)
        let place = bytes.firstIndex(of: 0x1B)
        #expect(
            place == nil, "\(String(decoding: bytes[max(0, (place ?? 0) - 40)...], as: UTF8.self).debugDescription)")
    }
}
