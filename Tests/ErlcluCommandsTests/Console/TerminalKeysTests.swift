import ByteTransport
import Glibc
import TerminalCanvas
import Testing

@testable import ErlcluCommands

@Suite struct TerminalKeysTests {
    /// A terminal that is gone is readable for ever: it is reported once, and not looked at again.
    @Test func theEndIsReportedOnce() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        defer { close(reading) }
        #expect(Glibc.write(writing, "ab", 2) == 2)
        close(writing)
        let loop = EventLoop()
        let seen = loop.run { @LoopActor () async -> (keys: [Key], ends: Int, reads: Int) in
            var seen: (keys: [Key], ends: Int, reads: Int) = ([], 0, 0)
            let keys = TerminalKeys(reading) {
                seen.reads += 1
                var bytes = [UInt8](repeating: 0, count: 16)
                let count = read(reading, &bytes, bytes.count)
                return count > 0 ? Array(bytes[..<count]) : nil
            } onKeys: {
                seen.keys += $0
            } onEnd: {
                seen.ends += 1
            }
            // As long as the loop is given time, it would go on.
            for _ in 0..<50 { await sleep(for: .milliseconds(1)) }
            keys.cancel()
            return seen
        }
        #expect(seen.keys == [.text("a"), .text("b")])
        #expect(seen.ends == 1 && seen.reads == 2)
    }
}
