import ErlcluTestSupport
import Foundation
import Glibc
import Testing

/// However the dashboard ends, and whatever its terminal does: the terminal is as it was, and nothing stays.
@Suite(.waiting) struct TerminalEndingTests {
    private let node: ErlangNodeFixture

    init() throws { node = try ErlangNodeFixture(arguments: ["-kernel", "net_ticktime", "4"], mapper: PortMapper()) }

    private func dashboard(bytesPerSecond: Int? = nil, prefix: String = "") throws -> HeldTerminal {
        let tool = try NodeTool(node)
        let terminal = try HeldTerminal(
            "bash", ["-c", "\(prefix)exec \(tool.shellCommand("ui"))"], environment: tool.environment,
            bytesPerSecond: bytesPerSecond)
        #expect(terminal.wait(for: "LIVE"), "\(terminal.text)")
        #expect(!terminal.hasFirstSettings)
        #expect(terminal.leftovers.contains("the other screen"))
        return terminal
    }

    private func expectRestored(_ terminal: HeldTerminal, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(terminal.hasFirstSettings, sourceLocation: sourceLocation)
        // The last bytes may still be on their way.
        let isClean = eventually { terminal.leftovers.isEmpty }
        #expect(isClean, "\(terminal.leftovers)", sourceLocation: sourceLocation)
    }

    /// The node has no link of ours any more.
    private func expectGone(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let isGone = try eventually { try node.evaluate("nodes(hidden)") == "[]" }
        #expect(isGone, sourceLocation: sourceLocation)
    }

    @Test(arguments: ["Q", "q", "\u{3}"]) func aKeyEndsIt(_ key: String) throws {
        let terminal = try dashboard()
        terminal.send(key)
        #expect(terminal.end() == .exited(0))
        expectRestored(terminal)
        try expectGone()
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP]) func aSignalEndsIt(_ signal: Int32) throws {
        let terminal = try dashboard()
        terminal.send(":typed")
        #expect(terminal.wait(for: ":typed"))
        terminal.signal(signal)
        #expect(terminal.end() == .exited(128 + signal))
        expectRestored(terminal)
        try expectGone()
    }

    @Test(arguments: [SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGTRAP]) func aCrashRestoresTheTerminal(
        _ signal: Int32
    ) throws {
        let terminal = try dashboard()
        terminal.signal(signal)
        #expect(terminal.end() == .signalled(signal))
        expectRestored(terminal)
        try expectGone()
    }

    /// A window that is closed takes the program with it, also one that does not care for SIGHUP.
    @Test(arguments: ["", "trap '' HUP; "]) func theTerminalIsClosed(_ prefix: String) throws {
        let terminal = try dashboard(prefix: prefix)
        terminal.closeTerminal()
        #expect(terminal.end() == .exited(128 + SIGHUP))
        try expectGone()
    }

    /// With a shell in it, and while bytes wait that nobody takes.
    @Test func theTerminalIsClosedUnderAShell() throws {
        let terminal = try dashboard()
        terminal.send("c")
        #expect(terminal.wait(for: ")1>"))
        terminal.setReading(false)
        terminal.send("[io:format(\"~p~n\", [lists:seq(1, 1000)]) || _ <- lists:seq(1, 50)].\r")
        terminal.closeTerminal()
        #expect(terminal.end() == .exited(128 + SIGHUP))
        try expectGone()
    }

    /// SIGTERM while a shell has the terminal.
    @Test func aSignalEndsItWithAShell() throws {
        let terminal = try dashboard()
        terminal.send("c")
        #expect(terminal.wait(for: ")1>"))
        terminal.signal(SIGTERM)
        #expect(terminal.end() == .exited(128 + SIGTERM))
        expectRestored(terminal)
        try expectGone()
    }

    // MARK: slow, and not at all

    /// Keys are answered, the link stays up, memory stays, and the end comes soon.
    @Test func aTerminalOfTwelveHundredBytesASecond() throws {
        let terminal = try dashboard(bytesPerSecond: 1_200)
        let before = try ProcessFigures.peakMemory(of: terminal.program)
        // More screens than it can take, for as long as the node would wait for a tick, and longer.
        let end = Date(timeIntervalSinceNow: 8)
        var presses = 0
        let isPressed = eventually {
            for key in ["2", "8", "0", "1", "?", " "] { terminal.send(key) }
            presses += 6
            return Date() > end
        }
        #expect(isPressed && presses > 600)
        // Behind all those keys one more is answered.
        let start = terminal.output.count
        terminal.send("/answered")
        #expect(terminal.wait(for: "answered", after: start, within: 15), "\(terminal.text.suffix(2_000))")
        #expect(try node.evaluate("length(nodes(hidden))") == "1")
        let growth = try ProcessFigures.peakMemory(of: terminal.program) - before
        #expect(growth < 16 << 20, "\(growth)")
        terminal.send("\u{3}Q")
        #expect(terminal.end(within: 15) == .exited(0))
        expectRestored(terminal)
        try expectGone()
    }

    /// Nobody takes a byte: the node is watched on, and Q ends it.
    @Test func aTerminalThatTakesNothing() throws {
        let terminal = try dashboard()
        terminal.setReading(false)
        let end = Date(timeIntervalSinceNow: 8)
        _ = eventually {
            for key in ["2", "8", "0", "1"] { terminal.send(key) }
            return Date() > end
        }
        #expect(try node.evaluate("length(nodes(hidden))") == "1")
        terminal.send("Q")
        let ending = terminal.end(within: 20)
        #expect(ending != nil)
        #expect(terminal.hasFirstSettings)
        try expectGone()
    }

    // MARK: sizes and stops

    @Test func aStormOfSizesAndKeys() throws {
        let terminal = try dashboard()
        var generator = SeededGenerator(seed: 7)
        let keys = ["1", "2", "3", "8", "0", "?", "j", "k", "/", "x", "\t", "s", "S", " ", "p"]
        for _ in 0..<400 {
            terminal.resize(
                to: TerminalSize(
                    columns: UInt16.random(in: 0...300, using: &generator),
                    rows: UInt16.random(in: 0...100, using: &generator)))
            if let key = keys.randomElement(using: &generator) { terminal.send(key) }
        }
        terminal.resize(to: TerminalSize(columns: 80, rows: 24))
        // A prompt is open or not; a help is open or not. A screen that is still too small takes no key.
        let isAnswered = eventually {
            let start = terminal.output.count
            terminal.send("\u{15}\u{4}1:here")
            return terminal.wait(for: "here", after: start, within: 1)
        }
        #expect(isAnswered, "\(terminal.text.suffix(2_000))")
        terminal.send("\u{3}Q")
        #expect(terminal.end() == .exited(0))
        expectRestored(terminal)
    }

    /// Stopped without being asked: whoever had the terminal meanwhile has set it.
    @Test func stoppedAndContinuedByOthers() throws {
        let terminal = try dashboard()
        terminal.signal(SIGSTOP)
        terminal.signal(SIGCONT)
        let start = terminal.output.count
        #expect(terminal.wait(for: "1Members", after: start))
        #expect(!terminal.hasFirstSettings)
        terminal.send("Q")
        #expect(terminal.end() == .exited(0))
        expectRestored(terminal)
    }
}
