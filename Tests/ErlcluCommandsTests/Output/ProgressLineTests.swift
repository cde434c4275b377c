import ByteTransport
import Testing

@testable import ErlcluCommands

@Suite struct ProgressLineTests {
    private final class Clock {
        var milliseconds: UInt64 = 0
        var now: Instant { Instant(nanoseconds: milliseconds * 1_000_000) }
    }

    private let clock = Clock()
    private let sink = CommandTrial.MemorySink()
    private static let erased = "\r\u{1B}[K"

    private func line(isShown: Bool = true, width: Int? = 20) -> ProgressLine {
        ProgressLine(sink, isShown: isShown, width: width) { [clock] in clock.now }
    }

    private var written: String { String(decoding: sink.bytes, as: UTF8.self) }

    @Test func shortWorkDrawsNothing() {
        let line = line()
        line.show("1 of 2")
        clock.milliseconds = 299
        line.show("2 of 2")
        line.end()
        #expect(written.isEmpty)
    }

    @Test func longWorkIsDrawnOverAndErased() {
        let line = line()
        clock.milliseconds = 300
        line.show("1 of 2")
        clock.milliseconds = 350
        line.show("too soon")
        clock.milliseconds = 400
        line.show("2 of 2")
        line.end()
        line.end()
        #expect(written == "\(Self.erased)1 of 2\(Self.erased)2 of 2\(Self.erased)")
    }

    /// The next work has as much time as the first before it is drawn.
    @Test func eachShortWorkDrawsNothing() {
        let line = line()
        for start in [1_000, 2_000] as [UInt64] {
            clock.milliseconds = start
            line.end()
            line.show("1 of 2")
            clock.milliseconds = start + 299
            line.show("2 of 2")
            line.end()
        }
        #expect(written.isEmpty)
    }

    /// What came too soon is drawn when its time has come, though nobody calls again.
    @Test func theLoopDrawsWhatIsDue() {
        let line = ProgressLine(sink, isShown: true, width: 20, now: { Instant.now })
        let loop = EventLoop()
        line.show("1 of 2", on: loop)
        #expect(written.isEmpty)
        #expect(loop.run(until: .now + .seconds(10)) { !sink.bytes.isEmpty })
        #expect(written == "\(Self.erased)1 of 2")
    }

    @Test func staysOutOfTheWayOfOthers() {
        let line = line()
        let other = line.sink(beside: sink)
        clock.milliseconds = 300
        line.show("1 of 2")
        _ = other.write(Array("an answer, not yet".utf8))
        clock.milliseconds = 500
        line.show("2 of 3")
        _ = other.write(Array(" ended\n".utf8))
        line.show("3 of 3")
        #expect(written == "\(Self.erased)1 of 2\(Self.erased)an answer, not yet ended\n\(Self.erased)3 of 3")
    }

    @Test func fitsIntoTheTerminal() {
        let line = line(width: 8)
        clock.milliseconds = 300
        line.show("\u{1B}]0;title of a node")
        #expect(written == "\(Self.erased)\\x{1B}]")
    }

    /// Where standard error is no terminal nobody draws on it, and others write to it as ever.
    @Test func nothingWithoutATerminal() {
        let line = line(isShown: false)
        #expect(line.sink(beside: sink) === sink)
        clock.milliseconds = 1000
        line.show("1 of 2", on: EventLoop())
        line.end()
        #expect(written.isEmpty)
    }
}
