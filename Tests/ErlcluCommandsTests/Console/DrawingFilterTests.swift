import ErlcluTestSupport
import Testing

@testable import ErlcluCommands

@Suite struct DrawingFilterTests {
    @Test(arguments: [
        ("plain é日\n\tx", "plain é日\n\tx"),
        ("\u{1B}[1;31mred\u{1B}[0m", "\u{1B}[1;31mred\u{1B}[0m"),
        ("\u{1B}[38:2::1:2:3mx\u{1B}[2K\u{1B}[H", "\u{1B}[38:2::1:2:3mx\u{1B}[2K\u{1B}[H"),
        ("\u{1B}]0;title\u{7}x", "x"),
        ("\u{1B}]52;c;aGk=\u{1B}\\x", "x"),
        ("\u{1B}[?1049hx\u{1B}[?25l\u{1B}[6n\u{1B}[c\u{1B}[>c\u{1B}[5t", "x"),
        ("\u{1B}Pq#0\u{1B}\\x\u{1B}c\u{1B}(0y\u{1B}7", "xy"),
        ("\u{7}\u{0}\u{E}x\u{7F}", "x"),
        // C1 draws nothing and begins nothing.
        ("\u{9B}31mx\u{90}q\u{9D}0;t\u{7}y\u{85}z\u{98}\u{9E}\u{9F}!", "31mxq0;tyz!"),
        ("\u{1B}]0;t\u{9C}x\u{7}y", "y"),
        // What is not ended within its line was none.
        ("\u{1B}]0;title\nx", "0;title\nx"),
        ("\u{1B}P1\u{1B}[31mx", "1\u{1B}[31mx"),
        ("\u{1B}\nx\u{1B}[3\nx\u{1B}(\nx\u{1B}é", "\nx3\nx(\nxé"),
        ("\u{1B}[** (Error) x", "** (Error) x"),
        // Nothing is hidden.
        ("\u{1B}[8mx\u{1B}[1;08;31my\u{1B}[38;5;8;48;2;8;8;8mz", "x\u{1B}[1;31my\u{1B}[38;5;8;48;2;8;8;8mz"),
        ("a\u{202E}b\u{2066}c", "abc"),
    ])
    func onlyDrawingPasses(_ text: String, _ passed: String) {
        var whole = DrawingFilter()
        #expect(whole.filter(Array(text.utf8)) == Array(passed.utf8))
        var pieces = DrawingFilter()
        #expect(text.utf8.flatMap { pieces.filter([$0]) } == Array(passed.utf8))
    }

    /// `~s` of UTF-8 prints its bytes as characters of Latin-1, and most emoji have U+009F among them.
    @Test func bytesThatArePrintedAsCharactersHideNothing() {
        let text = String(String.UnicodeScalarView("deploy 🎉 “done”, я".utf8.map { Unicode.Scalar($0) }))
        var filter = DrawingFilter()
        let passed = String(decoding: filter.filter(Array(text.utf8)), as: UTF8.self)
        #expect(passed == "deploy ð âdoneâ, Ñ")
    }

    @Test func aStringWithoutEndIsShownSoon() {
        var filter = DrawingFilter()
        let long = Array(repeating: UInt8(ascii: "x"), count: 2 * DrawingFilter.stringLimit)
        #expect(filter.filter(Array("\u{1B}]".utf8) + long) == long)
        #expect(filter.filter(Array("\u{1B}[".utf8)) == [])
        let digits = Array(repeating: UInt8(ascii: "1"), count: 2 * DrawingFilter.controlLimit)
        #expect(filter.filter(digits) == digits)
    }

    @Test(arguments: [
        ("\u{1B}[31mx", "\u{1B}[m"), ("\u{1B}[31mx\u{1B}[0m", ""), ("\u{1B}]0;t", "0;t"), ("\u{1B}[3", "3"),
        ("12%\r", "\u{1B}[J"), ("12%\r\n", ""), ("x\u{1B}[H\n", "\u{1B}[J"), ("x\u{8}\u{1B}[1m", "\u{1B}[m\u{1B}[J"),
        ("\u{1B}[K", ""),
    ])
    func whatFollowsBeginsAnew(_ text: String, _ rest: String) {
        var filter = DrawingFilter()
        _ = filter.filter(Array(text.utf8))
        #expect(filter.end() == Array(rest.utf8))
        #expect(filter.end() == [])
    }

    @Test func whatIsNoUTF8IsReplaced() {
        var filter = DrawingFilter()
        let bytes: [UInt8] = [0x61, 0x9B, 0x33, 0xC3, 0x62, 0xED, 0xA0, 0x80, 0xF0, 0x9F, 0x0A, 0xC0, 0xAF]
        #expect(
            String(decoding: filter.filter(bytes), as: UTF8.self)
                == "a\u{FFFD}3\u{FFFD}b\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\n\u{FFFD}\u{FFFD}")
    }

    @Test func aDumbTerminalGetsNoSequence() {
        var filter = DrawingFilter(passesSequences: false)
        let text = Array("\u{1B}[31mred\u{1B}[0m\u{1B}[2Kx\n".utf8)
        #expect(filter.filter(text) + filter.end() == Array("redx\n".utf8))
    }

    /// Whatever a node writes and however it is cut: the next prompt is drawn, in plain text, and so is a line behind
    /// the next line end.
    @Test(arguments: 0..<40) func nothingHidesWhatFollows(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let written = HostileOutput.bytes(upTo: 64 << 10, &generator)
        var filter = DrawingFilter()
        var passed: [UInt8] = []
        for piece in HostileOutput.cut(written, &generator) { passed += filter.filter(piece) }
        var other = filter
        let line = Array("\n42\n".utf8)
        #expect(other.filter(line).suffix(line.count) == line[...])

        passed += filter.end()
        let rendition = HostileOutput.lastRendition(ofHarmless: passed)
        #expect(["", "0"].contains(rendition))
        let prompt = Array("(shop@host)1> ok 42".utf8)
        #expect(filter.filter(prompt) == prompt)
    }
}

/// What a node that means no good, or a program that went wrong, writes.
enum HostileOutput {
    private static let pieces: [[UInt8]] =
        [
            "\u{1B}", "\u{1B}[", "\u{1B}]", "\u{1B}P", "\u{1B}X", "\u{1B}^", "\u{1B}_", "\u{1B}(", "\u{1B}\\", "\u{7}",
            "\u{9B}", "\u{9D}", "\u{90}", "\u{9C}", "0;title", "52;c;", "31m", "8m", "0m", "?1049h", "6n", ";", "m",
            "K",
            "\n", "\r", "\u{8}", "\u{18}", "ok", "é", "日本", "🎉", "\u{202E}", "\u{0}",
        ].map { Array($0.utf8) } + [[0xC2], [0xE2, 0x80], [0x9B], [0xFF]]

    static func bytes(upTo limit: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        let count = Int.random(in: 0...limit, using: &generator)
        let isNoise = Bool.random(using: &generator)
        var bytes: [UInt8] = []
        while bytes.count < count {
            if isNoise {
                bytes.append(UInt8.random(in: 0...255, using: &generator))
            } else {
                bytes += pieces.randomElement(using: &generator) ?? []
            }
        }
        return bytes
    }

    static func cut(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [[UInt8]] {
        var rest = bytes[...]
        var pieces: [[UInt8]] = []
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...200, using: &generator))
            pieces.append(Array(piece))
            rest = rest.dropFirst(piece.count)
        }
        return pieces
    }

    /// Expects whole UTF-8, and no control but line ends, tabs, backspaces and sequences that draw.
    /// - Returns: the parameters of the last sequence that sets attributes.
    static func lastRendition(ofHarmless passed: [UInt8]) -> String {
        guard let text = String(validating: passed, as: UTF8.self) else {
            Issue.record("it is no UTF-8")
            return ""
        }
        var rendition = ""
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "\u{1B}" {
                #expect(rest.popFirst() == "[")
                let parameters = rest.prefix { !(0x40...0x7E).contains($0.value) }
                rest = rest.dropFirst(parameters.count)
                let final = rest.popFirst()
                #expect(final.map { "mABCDEFGHJKdf".unicodeScalars.contains($0) } == true)
                if final == "m" { rendition = String(parameters) }
            } else if scalar.properties.generalCategory == .control {
                #expect("\n\r\t\u{8}".unicodeScalars.contains(scalar))
            }
        }
        return rendition
    }
}
