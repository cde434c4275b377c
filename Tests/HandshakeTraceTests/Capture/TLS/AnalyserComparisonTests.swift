import ByteTransport
import ErlcluTestSupport
import Foundation
import PacketCapture
import TLSTransport
import Testing

private let analyser = "/usr/bin/tshark"
private let analyserIsInstalled = FileManager.default.isExecutableFile(atPath: analyser)

/// All recordings in one capture, read by us and by Wireshark.
@Suite(.enabled(if: analyserIsInstalled, "tshark is not installed")) struct AnalyserComparisonTests {
    /// What both tell of a connection, in order: a message or an alert, and who sent it.
    private struct Story: Equatable, CustomStringConvertible {
        var handshake: [String] = []
        var alerts: [String] = []
        var description: String { "\(handshake) \(alerts)" }
    }

    /// Wireshark decrypts TLS 1.1, too.
    private static let names = Recording.names.filter { $0 != "tls11" }
    /// The port of a recording's acceptor; that of its initiator is one of its own.
    private static let port = 443

    @Test func messagesAreWhatWiresharkSees() throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("all.pcapng")
        try Data(Self.capture()).write(to: URL(fileURLWithPath: file))
        let fields = [
            "tcp.srcport", "tcp.dstport", "tls.handshake.type", "tls.alert_message.level", "tls.alert_message.desc",
        ]
        let result = try CommandResult.ofSuccessful(
            analyser, ["-r", file, "-Y", "tls", "-T", "fields"] + fields.flatMap { ["-e", $0] },
            environment: ["HOME": directory.path], within: 120)
        var seen: [Int: Story] = [:]
        for line in result.standardOutput.split(separator: "\n") {
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            let (from, to) = (try #require(Int(columns[0])), try #require(Int(columns[1])))
            let arrow = to == Self.port ? ">" : "<"
            var story = seen[to == Self.port ? from : to] ?? Story()
            // EndOfEarlyData is under the keys of early data, which we have no use for.
            story.handshake += Self.values(columns[2]).filter { $0 != "5" }.map { arrow + $0 }
            story.alerts += zip(Self.values(columns[3]), Self.values(columns[4])).map { "\(arrow)\($0)/\($1)" }
            seen[to == Self.port ? from : to] = story
        }
        for (index, name) in Self.names.enumerated() {
            let recording = try Recording(named: name)
            var story = Story()
            for output in try recording.outputs(secrets: recording.secrets) {
                let arrow = output.direction == .fromInitiator ? ">" : "<"
                switch output.content {
                case .message(let message): story.handshake.append("\(arrow)\(message.type)")
                case .alert(let level, let description): story.alerts.append("\(arrow)\(level)/\(description)")
                default: break
                }
            }
            #expect(seen[10_000 + index] == story, "\(name)")
        }
    }

    private static func values(_ column: String) -> [String] { column.split(separator: ",").map(String.init) }

    private static func capture() throws -> [UInt8] {
        var writer = PcapngWriter()
        let interface = writer.interface(linkType: PcapngWriter.LinkType.raw)
        var file = PcapngWriter.header(application: "test") + interface.block
        var time: UInt64 = 1_700_000_000_000_000_000
        for (index, name) in names.enumerated() {
            let recording = try Recording(named: name)
            file += writer.secrets(keyLog: recording.keyLog)
            let here = try #require(SocketAddress(numeric: "10.0.0.1", port: UInt16(10_000 + index)))
            let there = try #require(SocketAddress(numeric: "10.0.0.2", port: UInt16(port)))
            var connection = SynthesizedConnection(initiator: here, acceptor: there)
            var packets = connection.opened()
            for chunk in recording.chunks {
                packets += chunk.bytes.withUnsafeBytes { connection.sent($0, from: chunk.direction) }
            }
            for packet in packets {
                time += 1_000_000
                file += writer.packet(packet, interface: interface.number, at: time)
            }
        }
        return file
    }
}
