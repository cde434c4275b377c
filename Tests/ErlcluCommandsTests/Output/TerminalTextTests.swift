import Testing

@testable import ErlcluCommands

@Suite struct TerminalTextTests {
    static let texts: [([UInt8], String)] = [
        (Array("plain é 日本\n\tx".utf8), "plain é 日本\n\tx"),
        (Array("\u{1B}[2J".utf8), "\\x{1B}[2J"),
        (Array("a\rb\u{7F}".utf8), "a\\x{D}b\\x{7F}"),
        (Array("\u{9B}31m".utf8), "\\x{9B}31m"),
        (Array("\u{202E}gpj.exe\u{2066}".utf8), "\\x{202E}gpj.exe\\x{2066}"),
        ([0xFF, 0x1B], "\u{FFFD}\\x{1B}"),
    ]

    @Test(arguments: texts) func escapes(_ bytes: [UInt8], _ text: String) {
        #expect(TerminalText.escaped(bytes) == text)
    }

    @Test func linesInCells() {
        #expect(TerminalText.escaped("a\nb\tc", keepingLines: false) == "a\\x{A}b\\x{9}c")
    }

    static let durations: [(String, Duration?)] = [
        ("10s", .seconds(10)), ("500ms", .milliseconds(500)), ("2m", .seconds(120)), ("1h", .seconds(3_600)),
        ("5", .seconds(5)), ("0.5", .milliseconds(500)), ("1ms", .milliseconds(1)),
    ]

    @Test(arguments: durations) func isDuration(_ text: String, _ duration: Duration?) {
        #expect(DurationSyntax(text) == duration.map { .limited($0) })
    }

    @Test(arguments: [
        "", "s", "-1s", "1d", "1e3s", "٣s", "99999999h", "0", "0.1ms", "597h", ".", "1.2.3", "nan", " 1s",
    ])
    func isNoDuration(_ text: String) {
        #expect(DurationSyntax(text) == nil)
    }
}
