import ErlangNode
import ErlcluTestSupport
import Foundation
import HandshakeTrace
import PacketCapture
import Testing

/// Captures that somebody has damaged, or made to hurt.
@Suite struct HostileCaptureTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Scenarios")
    static let scenarios = ["tcp-success", "tcp-wrong-cookie", "epmd-names", "tls12-client-expired", "tls13-success"]

    private func bytes(_ scenario: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Self.folder.appendingPathComponent("\(scenario).pcap")))
    }

    /// Cut at any place: what is there is told, and the cut is.
    @Test(arguments: scenarios) func cutsAnywhereAreTold(_ scenario: String) throws {
        let whole = try bytes(scenario)
        let story = Decoding(whole).story
        for length in stride(from: 24, to: whole.count, by: 13) {
            let cut = Decoding(Array(whole[..<length]))
            if let fault = cut.fault { #expect(fault.isCutShort, "\(length) bytes: \(fault)") }
            #expect(cut.story.count <= story.count)
        }
    }

    @Test(arguments: scenarios) func piecesOfAnySizeGiveTheSame(_ scenario: String) throws {
        let whole = try bytes(scenario)
        let events = Decoding(whole).events
        for pieces in [1, 17, 1_000] { #expect(Decoding(whole, pieces: pieces).events == events) }
    }

    /// Some bytes are others: no crash, and the events can be explained.
    @Test(arguments: scenarios, 0..<60 as Range<UInt64>) func damageIsSurvived(_ scenario: String, _ seed: UInt64)
        throws
    {
        var numbers = SeededGenerator(seed: seed)
        var file = try bytes(scenario)
        for _ in 0..<Int.random(in: 1...12, using: &numbers) {
            file[Int.random(in: 24..<file.count, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
        }
        var ledger = AttemptLedger(explain: AttemptExplanation.failure)
        for event in Decoding(file, keepsPackets: true).events { ledger.add(event) }
    }
}
