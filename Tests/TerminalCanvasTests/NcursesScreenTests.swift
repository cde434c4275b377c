import ErlcluTestSupport
import Foundation
import NcursesTerminal
import TerminalCanvas
import Testing

/// ncurses is for the whole process: one test at a time. tmux is the judge of what the bytes do.
@Suite(.serialized, .oneAtATime) struct NcursesScreenTests {
    private static let size = ScreenSize(columns: 60, rows: 12)
    private static let words = ["erlclu@10.42.1.17", "日本語", "é", "e\u{301}x", "─│", "UP", "  ", "한국", "~3/5"]

    /// Words of several styles anywhere, over what was there before.
    private static func scribble(_ canvas: inout Canvas, _ generator: inout SeededGenerator) {
        for _ in 0..<8 {
            let style = Style(
                Style.Role.allCases.randomElement(using: &generator) ?? .plain,
                Style.Attributes(rawValue: UInt8.random(in: 0..<8, using: &generator)))
            canvas.put(
                words.randomElement(using: &generator) ?? "", at: Int.random(in: 0..<size.columns, using: &generator),
                Int.random(in: 0..<size.rows, using: &generator), style)
        }
    }

    /// - Returns: what a terminal shows that got `bytes`, and still shows them.
    private func shown(
        _ bytes: [UInt8], rows: Int = Self.size.rows
    ) throws -> (text: String, styled: String) {
        try TmuxScreen.shown(bytes, size: TerminalSize(columns: UInt16(Self.size.columns), rows: UInt16(rows)))
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func aTerminalShowsTheLastCanvas(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let screen = try NcursesScreen(terminal: "tmux-256color", size: Self.size, hasColor: true)
        #expect(screen.colors == 256)
        var canvas = Canvas(Self.size)
        var bytes: [UInt8] = []
        for _ in 0..<12 {
            Self.scribble(&canvas, &generator)
            bytes += screen.draw(canvas)
        }
        let text = try shown(bytes, rows: canvas.rows).text
        #expect(text == canvas.text)
    }

    /// Lines that move are moved by the terminal, whatever size terminfo says that it has.
    @Test(arguments: [14, 24, 40]) func linesThatMoveLeaveNothingBehind(rows: Int) throws {
        let size = ScreenSize(columns: Self.size.columns, rows: rows)
        let screen = try NcursesScreen(terminal: "tmux-256color", size: size, hasColor: true)
        func canvas(_ shift: Int, _ foot: String) -> Canvas {
            var canvas = Canvas(size)
            canvas.put("head \(shift)", at: 0, 0)
            for row in 2..<rows - 3 {
                canvas.put("line \(row) \(String(repeating: "=", count: row))", at: 1, row + shift)
            }
            canvas.put(foot, at: 1, rows - 1)
            return canvas
        }
        var bytes = screen.draw(canvas(0, "a long line at the foot of the screen"))
        #expect(String(decoding: bytes, as: UTF8.self).contains("\u{1B}[1;\(rows)r"))
        for (shift, foot) in [(1, "a short line"), (0, "a long line again, which is cut"), (1, "short")] {
            bytes += screen.draw(canvas(shift, foot))
        }
        #expect(try shown(bytes, rows: rows).text == canvas(1, "short").text)
    }

    @Test func whatIsTheSameCostsNothing() throws {
        let screen = try NcursesScreen(terminal: "xterm-256color", size: Self.size, hasColor: true)
        var canvas = Canvas(Self.size)
        canvas.put("14:02:11Z", at: 40, 0, Style(.plain, .reverse))
        #expect(!screen.draw(canvas).isEmpty)
        #expect(screen.draw(canvas).count < 8)
        canvas.put("14:02:12Z", at: 40, 0, Style(.plain, .reverse))
        #expect(screen.draw(canvas).count < 40)
        screen.repaint()
        #expect(String(decoding: screen.draw(canvas), as: UTF8.self).contains("14:02:12Z"))
    }

    @Test func rolesAreColoursAndAttributes() throws {
        let screen = try NcursesScreen(terminal: "tmux-256color", size: Self.size, hasColor: true)
        var canvas = Canvas(Self.size)
        canvas.put("bad", at: 0, 0, Style(.failure, .underline))
        canvas.put("sel", at: 0, 1, Style(.plain, .reverse))
        let styled = try shown(screen.draw(canvas), rows: canvas.rows).styled
        #expect(
            styled.contains("\u{1B}[4m\u{1B}[31mbad") || styled.contains("\u{1B}[31m\u{1B}[4mbad"),
            "\(styled.debugDescription)")
        let line = styled.split(separator: "\n").last { $0.contains("sel") } ?? ""
        #expect(line.contains("7m"), "\(styled.debugDescription)")
    }

    @Test(arguments: ["vt100", "xterm-256color"]) func monochromeHasNoColour(_ terminal: String) throws {
        let screen = try NcursesScreen(terminal: terminal, size: Self.size, hasColor: false)
        var canvas = Canvas(Self.size)
        canvas.put("bad", at: 0, 0, Style(.failure, .underline))
        let text = String(decoding: screen.draw(canvas), as: UTF8.self)
        #expect(screen.colors == 0)
        #expect(!text.contains("[31m") && text.contains("bad"))
    }

    /// What each meaning looks like: in 256 colours, in 8, without any because nobody wants them, and on a terminal that
    /// has none.
    @Test(
        arguments: [
            ("256", "tmux-256color", true), ("8", "screen", true), ("no-color", "tmux-256color", false),
            ("vt100", "vt100", true),
        ]) func everyStyle(_ mode: String, _ terminal: String, hasColor: Bool) throws
    {
        let screen = try NcursesScreen(terminal: terminal, size: Self.size, hasColor: hasColor)
        var canvas = Canvas(Self.size)
        for (row, role) in Style.Role.allCases.enumerated() {
            for attributes in 0..<8 as Range<UInt8> {
                canvas.put("\(role)", at: Int(attributes) * 7, row, width: 6, Style(role, .init(rawValue: attributes)))
            }
        }
        let (text, styled) = try shown(screen.draw(canvas), rows: canvas.rows)
        #expect(text == canvas.text)
        expectSnapshot(
            "\(screen.colors) colours\n" + styled.replacingOccurrences(of: "\u{1B}", with: "^["),
            named: "styles-\(mode).txt")
    }

    @Test func aSizeThatChangesIsDrawnWhole() throws {
        let screen = try NcursesScreen(
            terminal: "tmux-256color", size: ScreenSize(columns: 20, rows: 5), hasColor: true)
        _ = screen.draw(Canvas(ScreenSize(columns: 20, rows: 5)))
        var canvas = Canvas(Self.size)
        canvas.put("far away", at: 50, 11)
        let text = try shown(screen.draw(canvas), rows: canvas.rows).text
        #expect(text == canvas.text)
    }

    @Test func leavingGivesTheTerminalBack() throws {
        let screen = try NcursesScreen(terminal: "xterm-256color", size: Self.size, hasColor: true)
        let start = String(decoding: screen.draw(Canvas(Self.size)), as: UTF8.self)
        #expect(start.contains("\u{1B}[?1049h"))
        #expect(String(decoding: screen.leave(), as: UTF8.self).contains("\u{1B}[?1049l"))
        let again = screen.draw(Canvas(Self.size))
        #expect(String(decoding: again, as: UTF8.self).contains("\u{1B}[?1049h"), "\(again)")
    }

    /// terminfo gives no size of these: it has to be ours alone, whatever the environment says.
    @Test(arguments: ["linux", "cygwin", "vt100", "ansi"]) func aTerminalIsAsLargeAsWeSay(_ terminal: String) throws {
        let screen = try NcursesScreen(terminal: terminal, size: Self.size, hasColor: true)
        var canvas = Canvas(Self.size)
        canvas.put("the last row", at: 40, 11)
        #expect(String(decoding: screen.draw(canvas), as: UTF8.self).contains("the last row"))
    }

    @Test(arguments: ["dumb", "no-such-terminal", ""]) func aTerminalThatCannotPlaceItsCursorIsRefused(
        _ terminal: String
    ) {
        #expect(throws: NcursesScreen.Failure.unusable(terminal: terminal)) {
            try NcursesScreen(terminal: terminal, size: Self.size, hasColor: true)
        }
    }
}
