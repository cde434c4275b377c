import Testing

@testable import ErlcluCommands

@Suite struct BufferedWriterTests {
    @Test(arguments: [true, false]) func onlyPipesGetBytes(isTerminal: Bool) {
        let sink = CommandTrial.MemorySink()
        let writer = BufferedWriter(sink, isTerminal: isTerminal)
        writer.write(exactly: [0x1B, 0xFF])
        writer.write(exactlyFields: ["a\nb", "c"])
        writer.write([0x1B, 0x0A])
        writer.flush()
        let exact: [UInt8] = [0x1B, 0xFF] + Array("a\nb\tc\n".utf8)
        let shown = Array("\\x{1B}\\x{FF}a\\x{A}b\tc\n".utf8)
        #expect(sink.bytes == (isTerminal ? shown : exact) + Array("\\x{1B}\n".utf8))
    }
}
