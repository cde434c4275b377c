import ErlcluTestSupport
import Foundation
import Testing

/// A capture that is made to take room: connections that begin and never end, each with a message that is promised and
/// not sent.
@Suite(.waiting) struct CaptureLoadTests {
    private static let connections = 100_000

    private static func big(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * (count - 1 - $0))) }
    }

    private static func little(_ value: Int) -> [UInt8] { big(value, 4).reversed() }

    private static func packet(_ number: Int, sequence: Int, flags: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let tcp =
            big(1_024 + number % 60_000, 2) + big(9_100 + number / 60_000, 2) + big(sequence, 4) + big(0, 4)
            + [0x50, flags, 4, 0, 0, 0, 0, 0] + payload
        let packet = [0x45, 0] + big(20 + tcp.count, 2) + [0, 7, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2] + tcp
        return little(1_700_000_000 + number / 10_000) + little(number % 1_000_000) + little(packet.count)
            + little(packet.count) + packet
    }

    /// What each says first: the name of a node, a ClientHello, a name cut short, a question to epmd cut short.
    private static let beginnings: [[UInt8]] = [
        [0, 30, 0x4E] + [UInt8](repeating: 0, count: 12) + [0, 15] + Array("node@10.0.0.1xy".utf8),
        [22, 3, 1, 0x40, 0, 1, 0, 0x3F, 0xFC, 3, 3] + [UInt8](repeating: 7, count: 500),
        [0, 30, 0x4E] + [UInt8](repeating: 0, count: 12) + [0, 15] + Array("node".utf8),
        [0, 200, 0x7A] + [UInt8](repeating: 0x61, count: 150),
    ]

    @Test func aHundredThousandConnectionsTakeLittleRoom() throws {
        let directory = try TemporaryDirectory()
        var bytes: [UInt8] = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0] + [UInt8](repeating: 0, count: 8)
        bytes += [0, 0, 4, 0, 101, 0, 0, 0]
        for number in 0..<Self.connections {
            bytes += Self.packet(number, sequence: 0, flags: 0x02, [])
            bytes += Self.packet(number, sequence: 1, flags: 0x18, Self.beginnings[number % Self.beginnings.count])
        }
        let file = directory.file("many.pcap")
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        let child = try ChildProcess(
            BuiltProduct.tool,
            ["capture", "decode", file, "-o", "jsonl", "--write", directory.file("kept.pcapng")])
        let peak = PeakMemory(of: child)
        let result = try child.wait(within: 240)
        #expect(result.exitStatus == 0, "\(result.standardError)")
        #expect(result.standardOutput.contains("node@10.0.0.1xy"))
        // 195 MiB on an idle machine, of which a debug build takes its part.
        #expect(peak.bytes > 0 && peak.bytes < 224 << 20, "\(peak.bytes >> 20) MiB")
    }
}
