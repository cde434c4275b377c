import ErlcluTestSupport
import Foundation
import Glibc
import Testing

/// What a node does that means no good: the terminal stays sane, the memory bounded, and Ctrl-C and Ctrl-] work.
@Suite(.waiting) struct HostileNodeTests {
    @Test func theConsoleStandsIt() throws {
        let node = try ErlangNodeFixture()
        let (console, process) = try ConsoleScreen.withProcess(node)
        try console.enter(
            """
            [group_leader() ! M || M <- [x, {io_request}, {io_request, self(), r, {put_chars, unicode, [[-1]]}}, \
            {io_request, self(), r, {get_until, unicode, p}}, {io_request, x, y, z}, \
            {io_request, self(), r, {get_chars, unicode, p, -1}}]], ok.
            """)
        try console.wait(for: "\nok\n(\(node.name))2>")

        // Neither a title nor another screen, and no answer to a question about the terminal.
        try console.enter(#"io:put_chars("\e]0;t\7\e[?1049h\e[c\e[6n\ePq\e\\\e[31mred\e[0m\n")."#)
        try console.wait(for: "\nred\nok\n(\(node.name))3>")

        try console.enter("io:get_line(lists:duplicate(1000000, $p)).")
        try console.wait(for: "pppp\npppp")
        try console.screen.press("C-c")
        try console.wait(for: "exit: killed\n(\(node.name))4>")

        try console.enter("F = fun F() -> io:put_chars(\"flood\\n\"), F() end, F().")
        try console.wait(for: "\nflood\nflood\n")
        try console.screen.press("C-c")
        try console.wait(for: "exit: killed\n(\(node.name))5>")

        // More readers than are let wait.
        try console.enter(
            """
            [group_leader() ! {io_request, self(), r, {get_line, unicode, <<"r> ">>}} || _ <- lists:seq(1, 20000)], read.
            """)
        try console.wait(for: "\nr>")
        try console.screen.press("C-c")

        #expect(1..<100 ~= Self.peakMegabytes(process))
        try console.screen.press("C-]")
        try console.waitForEnd()
    }

    @Test func outputWithoutEndIsLeft() throws {
        let node = try ErlangNodeFixture()
        let (console, process) = try ConsoleScreen.withProcess(node)
        try console.enter(#"spawn(fun F() -> io:put_chars("\e]0;t\7\e[?1049hflood\n"), F() end)."#)
        try console.wait(for: "flood")
        try console.enter("1 + 41.")
        #expect(1..<100 ~= Self.peakMegabytes(process))
        try console.screen.press("C-]")
        try console.waitForEnd()
    }

    /// What is printed waits for such a terminal, and the node with it.
    @Test(arguments: [SIGTERM, SIGHUP])
    func aTerminalThatTakesNothingKeepsNobody(signal: Int32) throws {
        let (console, process) = try ConsoleScreen.withProcess(try SharedNodes.plain.get())
        try console.enter("F = fun F() -> io:put_chars(binary:copy(<<\"flood\\n\">>, 1000)), F() end, F().")
        try console.wait(for: "\nflood\nflood\n")
        try console.screen.whileStopped {
            var times = ""
            let waits = try eventually {
                let before = times
                times = try ProcessFigures.processorTicks(of: process)
                if times != before { usleep(100_000) }
                return times == before
            }
            #expect(waits, "it goes on: \(times)")
            kill(process, signal)
            #expect(eventually { kill(process, 0) != 0 })
        }
        #expect(try eventually { try console.screen.exitStatus() == 128 + signal })
    }

    /// 0 when it is gone.
    private static func peakMegabytes(_ process: pid_t) -> Int {
        let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) / 1024
    }
}
