import ErlcluTestSupport
import Foundation
import NcursesTerminal
import TerminalCanvas
import Testing

/// ncurses is for the whole process: one test at a time. tmux is the judge of what the bytes do.
@Suite(.serialized) struct NcursesScreenTests {
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
    private func shown(_ bytes: [UInt8], rows: Int) throws -> (text: String, styled: String) {
        let directory = try TemporaryDirectory()
        let file = directory.file("bytes")
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        let screen = try TmuxScreen(
            "stty raw -echo; cat '\(file)'; touch '\(file).done'; read x",
            size: TerminalSize(columns: UInt16(Self.size.columns), rows: UInt16(Self.size.rows)))
        #expect(eventually { FileManager.default.fileExists(atPath: "\(file).done") })
        var last = ""
        // tmux may still be reading: the screen is the one that stays.
        let isStill = try eventually {
            let now = try screen.capture()
            defer { last = now }
            return now == last && !now.isEmpty
        }
        #expect(isStill)
        return (last, try screen.capture(styled: true))
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

    @Test(arguments: ["dumb", "no-such-terminal", ""]) func aTerminalThatCannotPlaceItsCursorIsRefused(
        _ terminal: String
    ) {
        #expect(throws: NcursesScreen.Failure.unusable(terminal: terminal)) {
            try NcursesScreen(terminal: terminal, size: Self.size, hasColor: true)
        }
    }
}
