import TerminalCanvas
import Testing

@Suite struct LoneEscapeTests {
    @Test func itIsAKeyWhereNothingFollows() {
        var decoder = KeyDecoder()
        #expect(decoder.decode([0x1B]) == [])
        #expect(decoder.hasLoneEscape)
        #expect(decoder.endEscape() == .escape)
        #expect(decoder.endEscape() == nil)
        #expect(decoder.decode("q".utf8) == [.text("q")])
    }

    @Test(arguments: [
        ("\u{1B}[A", Key.up), ("\u{1B}[5~", .pageUp), ("\u{1B}[6~", .pageDown), ("\u{1B}[Z", .backTab),
        ("\u{1B}x", .meta("x")),
    ])
    func aSequenceIsNone(_ sequence: String, _ key: Key) {
        var decoder = KeyDecoder()
        var keys: [Key] = []
        for byte in sequence.utf8 {
            keys += decoder.decode([byte])
            if byte != 0x1B { #expect(decoder.endEscape() == nil) }
        }
        #expect(keys == [key])
    }
}
