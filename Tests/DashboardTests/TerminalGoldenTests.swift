import ErlcluTestSupport
import Foundation
import NcursesTerminal
import TerminalCanvas
import Testing

@testable import Dashboard

/// Each screen as a terminal shows it that has 8 colours, one that has none, and one of a C locale, which is ASCII. ncurses
/// is for the whole process: one test at a time. tmux is the judge of what the bytes do.
@Suite(.waiting, .serialized, .oneAtATime) struct TerminalGoldenTests {
    private struct Mode {
        var name: String
        var terminal: String
        var hasColor = true
        var isASCII = false
    }

    private static let modes = [
        Mode(name: "8 colours", terminal: "screen"), Mode(name: "mono", terminal: "vt100"),
        Mode(name: "NO_COLOR and a C locale", terminal: "tmux-256color", hasColor: false, isASCII: true),
    ]

    @Test(arguments: Scenes.usual.indices) func eachScreen(index: Int) throws {
        let scene = Scenes.usual[index]
        var model = try scene.model()
        var sheets = ""
        for mode in Self.modes {
            model.isASCII = mode.isASCII
            let canvas = model.view()
            let screen = try NcursesScreen(terminal: mode.terminal, size: model.size, hasColor: mode.hasColor)
            let shown = try TmuxScreen.shown(
                screen.draw(canvas),
                size: TerminalSize(columns: UInt16(model.size.columns), rows: UInt16(model.size.rows)))
            #expect(shown.text == canvas.text, "\(scene.name), \(mode.name)")
            if mode.isASCII { #expect(shown.text.utf8.allSatisfy { $0 < 0x80 }) }
            sheets += "== \(mode.name)\n\(shown.styled.replacingOccurrences(of: "\u{1B}", with: "^["))\n"
        }
        expectSnapshot(sheets, named: "\(scene.name).txt")
    }
}
