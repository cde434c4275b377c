import ErlcluTestSupport
import Foundation
import Testing

/// The daemon's own shell, which is handed over where it takes no expressions.
@Suite(.waiting) struct DaemonShellTests {
    private static func daemon(_ release: OTPRelease, shell: String? = nil) throws -> NodeDaemon {
        let usual = release.major >= 29 ? "{shell, {shell, start, []}}" : ""
        return try NodeDaemon(
            on: try ErlangNodeFixture(release: release), takesExpressions: false, shell ?? usual)
    }

    @Test(arguments: OTPRelease.available)
    func itIsUsedAsItIs(release: OTPRelease) throws {
        let daemon = try Self.daemon(release)
        let console = try ConsoleScreen(try daemon.tool(), followedBy: "; stty -a | grep -c -- ' icanon '")
        // Where it is broken into lines depends on the port.
        let (said, isSaid) = try console.screen.wait {
            $0.filter { $0 != "\n" && $0 != " " }.contains("nothingasksherebeforewhatstopsthenode")
        }
        #expect(isSaid, "\(said)")
        try console.wait(for: "1>")
        try console.enter("{erlang:node(), 6 * 7}.")
        try console.wait(for: "{'\(daemon.node.name)',42}")
        try console.enter("io:columns().")
        try console.wait(for: "{ok,80}")
        try console.screen.resize(to: TerminalSize(columns: 101, rows: 30))
        // The node hears of it a little later.
        let isHeard = try eventually {
            try console.enter("io:columns().")
            return try console.screen.wait(within: 1) { $0.contains("{ok,101}") }.satisfied
        }
        let heard = try console.screen.capture()
        #expect(isHeard, "\(heard)")
        try console.enter("exit().")
        // The terminal has its settings again.
        let (left, isRestored) = try console.screen.wait { $0.contains("\n1\n") }
        #expect(isRestored, "\(left)")
    }

    /// Whatever the shell does.
    @Test func aKeyLeaves() throws {
        let daemon = try Self.daemon(.host)
        let console = try ConsoleScreen(try daemon.tool())
        try console.wait(for: "1>")
        try console.enter("receive after infinity -> ok end.")
        try console.screen.press("C-]")
        try console.waitForEnd()
        #expect(try daemon.node.evaluate("1") == "1")
    }

    /// Whatever it has left on: tmux says which modes its terminal has.
    @Test func theModesOfTheTerminalAreThoseFromBefore() throws {
        let daemon = try Self.daemon(.host)
        let console = try ConsoleScreen(try daemon.tool(), followedBy: "; echo left; read x")
        try console.wait(for: "1>")
        let modes =
            "#{alternate_on}#{cursor_flag}#{mouse_standard_flag}#{mouse_all_flag}#{mouse_sgr_flag}#{keypad_cursor_flag}"
        #expect(try console.screen.state(modes) == "010000")
        try console.enter(#"io:put_chars("\e[?1049h\e[?25l\e[?1000h\e[?1003h\e[?1006h\e[?1h")."#)
        #expect(try eventually { try console.screen.state(modes).hasPrefix("10") })
        try console.screen.press("C-]")
        try console.wait(for: "left")
        #expect(try console.screen.state(modes) == "010000")
        // What stood there stands there again, and nothing is written over it.
        let screen = try console.screen.capture()
        #expect(screen.contains("1>") && screen.split(separator: "\n").last == "left", "\(screen)")
    }

    @Test func inAPipeItIsAFailure() throws {
        let result = try Self.daemon(.host).tool().run("remote_console", input: "1.\n")
        #expect(result.exitStatus == 76 && result.standardError.contains("E-SSH-DISABLED"), "\(result.standardError)")
    }

    @Test func withoutAShellNothingIsLeft() throws {
        let daemon = try Self.daemon(.host, shell: "{shell, disabled}")
        let console = try ConsoleScreen(try daemon.tool())
        #expect(
            try console.screen.wait { $0.filter { $0 != "\n" && $0 != " " }.contains("neitherexecnorashell") }.satisfied
        )
        #expect(try eventually { try console.screen.exitStatus() == 76 })
    }
}
