import ErlcluTestSupport
import Foundation
import HandshakeTrace
import PacketCapture
import Testing

/// `--capture`: what the tool says and hears itself, in a file.
@Suite(.waiting) struct OwnCaptureTests {
    private let directory: TemporaryDirectory
    private var file: String { directory.file("own.pcapng") }

    init() throws { directory = try TemporaryDirectory() }

    @Test(arguments: OTPRelease.available, [Route.tls12, .tls13])
    func theFileHasWhatItTakesToReadIt(release: OTPRelease, route: Route) throws {
        let field = RoutedRelease(release: release, route: route)
        let node = try field.start()
        let tool = try field.tool(node).tool
        let result = try tool.run("eval", "lists:reverse(\"detpyrced\").", "--capture", file)
        #expect(result.standardOutput == "\"decrypted\"\n", "\(result.standardError)")

        let traffic = try RecordedTraffic(file: file)
        let connection = try #require(traffic.connections.first { $0.isTLS })
        #expect(connection.acceptorPort == Int(node.port))
        let outputs = try traffic.outputs(connection)
        #expect(!outputs.contains { if case .cannotDecrypt = $0 { true } else { false } }, "\(outputs)")
        #expect(outputs.contains { if case .established = $0 { true } else { false } })
        let certificates = outputs.filter { if case .message(.certificate) = $0 { true } else { false } }
        #expect(certificates.count == 2)
        let text = String(decoding: try traffic.everything(), as: UTF8.self)
        #expect(text.contains("snamed:"))
        #expect(text.contains("detpyrced") && text.contains("decrypted"))
        // epmd's answer stands behind the hello that it leads to.
        #expect(traffic.connections.count == 2)
        #expect(traffic.connections.last?.acceptorPort != Int(node.port))
        #expect(text.contains(node.name.prefix { $0 != "@" }))
    }

    @Test func plainDistributionIsThereInOrder() throws {
        let node = try ErlangNodeFixture()
        #expect(try NodeTool(node).run("ping", "--capture", file).standardOutput == "pong\n")
        let traffic = try RecordedTraffic(file: file)
        #expect(traffic.connections.count == 2)
        let link = try #require(traffic.connections.last)
        #expect(link.acceptorPort == Int(node.port))
        #expect(link.bytes(.fromInitiator).dropFirst(2).first == UInt8(ascii: "N"))
        #expect(link.bytes(.fromAcceptor).dropFirst(2).starts(with: "snamed:".utf8))
    }

    /// A file that says all is nobody else's business.
    @Test func theFileIsPrivateAndMadeAnew() throws {
        let node = try ErlangNodeFixture()
        try Data(count: 100_000).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        #expect(try NodeTool(node).run("ping", "--capture", file).exitStatus == 0)
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let size = try #require(attributes[.size] as? Int)
        #expect(size < 10_000)
    }

    @Test func aFileThatCannotBeWrittenIsNamed() throws {
        let node = try ErlangNodeFixture()
        let tool = try NodeTool(node)
        let missing = try tool.run("ping", "--capture", directory.file("no/such"))
        #expect(missing.exitStatus == 74)
        #expect(missing.standardOutput.isEmpty)
        #expect(missing.standardError.contains("no/such: No such file or directory"), "\(missing.standardError)")
        let full = try tool.run("ping", "--capture", "/dev/full")
        #expect(full.standardOutput == "pong\n")
        #expect(full.exitStatus == 74)
        #expect(full.standardError.contains("the capture is not complete: /dev/full: No space left on device"))
    }

    /// The cookie is proved, never told; keys stay where they are.
    @Test(arguments: [Route.tcp, .tls12, .tls13]) func noSecretIsSent(_ route: Route) throws {
        let cookie = "unmistakable_cookie_4711"
        let node = try ErlangNodeFixture(cookie: cookie, transport: try route.transport())
        let tool = try NodeTool(node)
        var secrets = SecretWords()
        secrets.add("cookie", text: cookie)
        try secrets.addKey("key", file: CertificateAuthority.issue().keyFile)
        for verb in [["ping"], ["eval", "nodes()."], ["members"], ["status"]] {
            #expect(try tool.run(verb + ["--capture", file]).exitStatus == 0)
            let everything = try RecordedTraffic(file: file).everything()
            #expect(everything.count > 500)
            #expect(secrets.found(in: everything) == [], "\(verb)")
        }
    }
}
