import ErlcluTestSupport
import Foundation
import Testing

private let analyser = "/usr/bin/tshark"
private let analyserIsInstalled = FileManager.default.isExecutableFile(atPath: analyser)

/// Wireshark's own reading of what `--capture` wrote, without being told anything.
@Suite(.waiting, .enabled(if: analyserIsInstalled, "tshark is not installed")) struct AnalyserTests {
    private let directory: TemporaryDirectory
    private var file: String { directory.file("own.pcapng") }

    init() throws { directory = try TemporaryDirectory() }

    private func analyse(_ arguments: String...) throws -> String {
        let environment = ["HOME": Optional(directory.path)]
        return try CommandResult.ofSuccessful(
            analyser, ["-r", file] + arguments, environment: environment, within: 120
        ).standardOutput
    }

    @Test(arguments: [Route.tls12, .tls13]) func showsTLSDecrypted(_ route: Route) throws {
        let node = try ErlangNodeFixture(transport: try route.transport())
        #expect(try NodeTool(node).run("ping", "--capture", file).standardOutput == "pong\n")
        let messages = try analyse("-Y", "tls", "-T", "fields", "-e", "tls.handshake.type")
            .split(whereSeparator: { $0 == "\n" || $0 == "," }).map(String.init)
        // Certificate from both sides and Finished: under TLS 1.3 they are encrypted.
        #expect(messages.filter { $0 == "11" }.count == 2, "\(messages)")
        #expect(messages.filter { $0 == "20" }.count == 2, "\(messages)")
        let stream = try analyse("-Y", "tls", "-T", "fields", "-e", "tcp.stream").split(separator: "\n").first ?? "0"
        let followed = try analyse("-q", "-z", "follow,tls,ascii,\(stream)")
        #expect(followed.contains("snamed:"), "\(followed)")
    }

    @Test func showsPlainDistribution() throws {
        let node = try ErlangNodeFixture()
        #expect(try NodeTool(node).run("ping", "--capture", file).standardOutput == "pong\n")
        // epmd has its usual port, where its answers say what the other ports are; ours has another one.
        let port = try #require(node.environment["ERL_EPMD_PORT"])
        let summaries = try analyse("-d", "tcp.port==\(port),epmd")
        let alive = try #require(node.name.split(separator: "@").first)
        #expect(summaries.contains("EPMD_PORT2_REQ \(alive)"), "\(summaries)")
        #expect(summaries.contains("SEND_NAME erlclu"), "\(summaries)")
        #expect(try analyse("-Y", "tcp.analysis.flags || _ws.malformed").isEmpty)
    }
}
