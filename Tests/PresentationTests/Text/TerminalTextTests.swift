import Testing

@testable import Presentation

@Suite struct TerminalTextTests {
    static let texts: [([UInt8], String)] = [
        (Array("plain é 日本\n\tx".utf8), "plain é 日本\n\tx"),
        (Array("\u{1B}[2J".utf8), "\\x{1B}[2J"),
        (Array("a\rb\u{7F}".utf8), "a\\x{D}b\\x{7F}"),
        (Array("\u{9B}31m".utf8), "\\x{9B}31m"),
        (Array("\u{202E}gpj.exe\u{2066}".utf8), "\\x{202E}gpj.exe\\x{2066}"),
        ([0xFF, 0x1B], "\\x{FF}\\x{1B}"),
        // Control characters of eight bits, a surrogate, too long a form, a character that is cut off.
        ([0x61, 0x9B, 0x33, 0x31, 0x6D], "a\\x{9B}31m"),
        ([0xED, 0xA0, 0x80], "\\x{ED}\\x{A0}\\x{80}"),
        ([0xC0, 0x9B], "\\x{C0}\\x{9B}"),
        ([0xE2, 0x80], "\\x{E2}\\x{80}"),
        ([0xF5, 0x80, 0x80, 0x80], "\\x{F5}\\x{80}\\x{80}\\x{80}"),
    ]

    /// What a screen takes: our own sequences are gone, and those of a peer are escaped as ever.
    @Test func plainTextHasNoSequences() {
        let style = TextStyle(color: "always", isASCII: false, isTerminal: true, environment: [:])
        let text: TerminalText = "a: \(style.warning("warning")): \("\u{1B}[31mx")\n\(style.failure("E-X"))\n"
        #expect(text.string.contains("\u{1B}["))
        #expect(text.plain == "a: warning: \\x{1B}[31mx\nE-X")
        #expect((TerminalText.erasedLine + "b").plain == "b")
    }

    @Test(arguments: texts) func escapes(_ bytes: [UInt8], _ text: String) {
        #expect(TerminalText.escaped(bytes) == text)
    }

    /// Of the Unicode Character Database: control, bidirectional, invisible, variation and tag characters.
    @Test(
        arguments: [
            0x00...0x1F, 0x7F...0x9F, 0xAD...0xAD, 0x34F...0x34F, 0x600...0x605, 0x61C...0x61C, 0x6DD...0x6DD,
            0x180B...0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0x3164...0x3164, 0xFE00...0xFE0F,
            0xFEFF...0xFEFF, 0xFFF9...0xFFFB, 0x1D173...0x1D17A, 0xE0000...0xE0FFF,
        ] as [ClosedRange<UInt32>]) func hidesNothing(_ range: ClosedRange<UInt32>)
    {
        for scalar in range.compactMap({ Unicode.Scalar($0) }) {
            let digits = String(scalar.value, radix: 16, uppercase: true)
            #expect(TerminalText.escaped("a\(scalar)b", keepingLines: false) == "a\\x{\(digits)}b")
        }
    }

    @Test(arguments: ["é", "ß", "Ж", "א", "ع", "日本", "한", "e\u{301}", "🎉", "\u{E0B0}", "\u{FFFD}"])
    func writingIsShown(_ text: String) {
        #expect(TerminalText.escaped(text) == text)
    }

    @Test func linesInCells() {
        #expect(TerminalText.escaped("a\nb\tc", keepingLines: false) == "a\\x{A}b\\x{9}c")
    }

    /// Only what is written in the source begins lines.
    @Test func interpolatedTextIsOneLine() {
        let name = "a\n\u{1B}[31mb"
        let text: TerminalText = "node\t\(name)\n\(42)\(TerminalText("x", .bold))\(TerminalText(lines: "1\n2"))"
        #expect(text.string == "node\ta\\x{A}\\x{1B}[31mb\n42\u{1B}[1mx\u{1B}[0m1\n2")
        // A literal is no way around it, nor is text that has been made harmless and comes back as a string.
        #expect(("\u{1B}]0;\u{7}" as TerminalText).string == "\\x{1B}]0;\\x{7}")
        #expect(TerminalText(TerminalText("x", .bold).string).string == "\\x{1B}[1mx\\x{1B}[0m")
    }
}
