import ErlcluTestSupport
import Foundation
import Testing

/// How far the decoding of a large file is: on a real terminal, and nowhere else.
@Suite(.waiting) struct DecodeProgressTests {
    /// A gigabyte of packets that say nothing, most of it a hole in the file.
    private func largeCapture(in directory: TemporaryDirectory) throws -> String {
        func little(_ number: UInt32) -> Data { withUnsafeBytes(of: number.littleEndian) { Data($0) } }
        let path = directory.file("large.pcap")
        let header = little(0xA1B2_C3D4) + little(0x0004_0002) + little(0) + little(0) + little(262_144) + little(101)
        try header.write(to: URL(fileURLWithPath: path))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        let (length, count) = (UInt32(256 << 10), 4_096)
        for number in 0..<count {
            try file.seek(toOffset: UInt64(header.count + number * (16 + Int(length))))
            try file.write(contentsOf: little(1_700_000_000) + little(0) + little(length) + little(length))
        }
        try file.truncate(atOffset: UInt64(header.count + count * (16 + Int(length))))
        try file.close()
        return path
    }

    @Test func aTerminalShowsShareAndRate() throws {
        let directory = try TemporaryDirectory()
        let path = try largeCapture(in: directory)
        let screen = try TmuxScreen(
            "\(BuiltProduct.tool) capture decode \(path); echo status $?.", size: TerminalSize(columns: 100, rows: 8))
        defer { screen.stop() }
        let during = try screen.wait { $0.contains(" % of 1.0G, ") && $0.contains(" a second, 0 attempts so far") }
        #expect(during.satisfied, "\(during.screen)")
        let after = try screen.wait(within: 120) { $0.contains("status 0.") }
        #expect(after.satisfied && !after.screen.contains("so far"), "\(after.screen)")
        let piped = try CommandResult.ofSuccessful(BuiltProduct.tool, ["capture", "decode", path], within: 120)
        #expect(piped.standardError == "no attempt\n", "\(piped.standardError)")
    }
}
