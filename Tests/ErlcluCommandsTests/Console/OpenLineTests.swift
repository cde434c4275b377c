import Testing

@testable import ErlcluCommands

@Suite struct OpenLineTests {
    @Test(arguments: [
        ("one\ntwo", "two"), ("10%\r20%", "20%"), ("10%\r\u{1B}[K30%", "30%"),
        ("\u{1B}[31mx\u{1B}[0m", "\u{1B}[31mx\u{1B}[0m"),
        ("x\n", ""),
    ])
    func whatStandsBehindTheLastLineEndIsKept(_ text: String, _ kept: String) {
        var line = OpenLine()
        line.append(Array(text.utf8))
        #expect(line.bytes == Array(kept.utf8))
        #expect(!line.isElsewhere)
    }

    @Test(arguments: ["x\u{1B}[5A", "x\u{8}", "\u{1B}[Hx", "x\ty", String(repeating: "x", count: 5000)])
    func whereTheCursorIsIsNotGuessed(_ text: String) {
        var line = OpenLine()
        line.append(Array(text.utf8))
        #expect(line.isElsewhere)
        #expect(line.bytes == [])
        line.append(Array("\nx".utf8))
        #expect(line.bytes == Array("x".utf8))
        #expect(!line.isElsewhere)
    }
}
