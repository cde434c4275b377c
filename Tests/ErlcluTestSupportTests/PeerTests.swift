import ErlcluTestSupport
import Testing

@Suite struct PeerTests {
    private func talk(to port: UInt16, saying text: String = "") throws -> CommandResult {
        try CommandResult.of(
            "bash", ["-c", "exec 3<>/dev/tcp/127.0.0.1/\(port); printf '%s' '\(text)' >&3; cat <&3"])
    }

    @Test func sendsWhatItIsTold() throws {
        let peer = try ScriptedPeer([.receive(2), .send(Array("hello".utf8))])
        #expect(try talk(to: peer.port, saying: "hi").standardOutput == "hello")
        #expect(peer.received == Array("hi".utf8))
        #expect(peer.connectionCount == 1)
    }

    @Test func resets() throws {
        let peer = try ScriptedPeer([.receive(1), .reset])
        #expect(try talk(to: peer.port, saying: "x").standardError.contains("reset"))
    }

    @Test func stallsUntilStopped() throws {
        let peer = try ScriptedPeer([.stall])
        let client = try ChildProcess("bash", ["-c", "exec 3<>/dev/tcp/127.0.0.1/\(peer.port); cat <&3"])
        #expect(eventually { peer.connectionCount == 1 })
        #expect(client.isRunning)
        peer.stop()
        #expect(try client.wait().exitStatus == 0)
    }

    @Test func drips() throws {
        let peer = try ScriptedPeer([.drip(Array("abc".utf8), bytesPerSecond: 50)])
        let result = try talk(to: peer.port)
        #expect(result.standardOutput == "abc")
        #expect(result.seconds > 0.04)
    }

    @Test func forwardsToANode() throws {
        let first = try ErlangNodeFixture(transport: .mutualTLS())
        let forwarder = try PortForwarder(to: first.port)
        let result = try CommandResult.of(
            "openssl", ["s_client", "-connect", "127.0.0.1:\(forwarder.port)"])
        #expect(result.standardOutput.contains("CN = node"))
        #expect(forwarder.connectionCount == 1)
    }

    @Test func refuses() throws {
        #expect(try talk(to: DeadPort.make()).standardError.contains("refused"))
    }

    @Test func servesTLS() throws {
        let peer = try TLSPeer(certificate: CertificateAuthority.issue(CertificateProfile(keyPassword: "geheim")))
        let result = try CommandResult.of("openssl", ["s_client", "-connect", "127.0.0.1:\(peer.port)"])
        #expect(result.standardOutput.contains("erlclu test CA"))
    }
}
