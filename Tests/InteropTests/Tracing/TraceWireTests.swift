import ByteTransport
import ErlangNode
import ErlangTerm
import ErlcluTestSupport
import Foundation
import Testing

/// What a trace sends from the node to us, behind TLS: no secret of the node or of its handshakes.
@Suite(.waiting, .serialized) struct TraceWireTests {
    @Test(arguments: OTPRelease.available)
    func holdsNoSecret(_ release: OTPRelease) throws {
        let cookie = "zq_the_cookie_itself"
        let (node, peer) = (
            // What is taken apart stays apart.
            try ErlangNodeFixture(
                release: release, cookie: cookie, transport: .mutualTLS(),
                arguments: ["-kernel", "dist_auto_connect", "never"]),
            try ErlangNodeFixture(
                release: release, cookie: cookie, transport: .mutualTLS(),
                arguments: ["-kernel", "dist_auto_connect", "never"])
        )
        let link = NodeLink(node: node)
        let trace = RecordedSecurity(try TestSecurity())
        let run = try TraceProgramRun(link, through: try Self.connect(link, trace), rate: 100_000)
        let ownHandshake = Self.digests(of: trace)
        #expect(ownHandshake.count == 2)
        let atBegin = trace.heard.count

        // A handshake that succeeds, with the node as its acceptor and as its initiator; one with the wrong cookie, and
        // one with a certificate that is no good.
        let handshake = RecordedSecurity(try TestSecurity())
        try Self.connect(link, handshake).close()
        #expect(try node.evaluate("net_kernel:connect_node('\(peer.name)')") == "true")
        try peer.evaluate("erlang:set_cookie('\(node.name)', zq_unlike_cookie), erlang:disconnect_node('\(node.name)')")
        for end in [node, peer] { #expect(try eventually { try end.evaluate("nodes()") == "[]" }) }
        #expect(try peer.evaluate("net_kernel:connect_node('\(node.name)')") == "false")
        let stranger = try ErlangNodeFixture(
            release: release, cookie: cookie,
            transport: .tls(NodeTLS(certificate: try CertificateAuthority.unknown.get().issue())))
        #expect(try stranger.evaluate("net_kernel:connect_node('\(node.name)')") == "false")
        #expect(run.stop())

        let digests = Self.digests(of: handshake)
        #expect(digests.count == 2 && digests.allSatisfy { $0.count == 16 })
        let wire = Data(trace.heard[atBegin...])
        // What is looked for would be found: names are there, and the digest of our own handshake is in what came first.
        #expect(wire.contains("recv_challenge_reply") && wire.contains(peer.name) && wire.contains("bad_cookie"))
        #expect(digests.allSatisfy { digest in Data(handshake.said + handshake.heard).range(of: digest) != nil })
        for digest in digests + ownHandshake { #expect(wire.range(of: digest) == nil, "\(release): a digest") }
        for secret in [cookie, "zq_unlike_cookie", "key.pem"] {
            #expect(!wire.contains(secret), "\(release): \(secret)")
        }
        for (index, piece) in try Self.pieces(ofKeyOf: node).enumerated() {
            #expect(wire.range(of: piece) == nil, "\(release): piece \(index) of the key")
        }
    }

    private static func connect(_ link: NodeLink, _ security: RecordedSecurity) throws -> NodeConnection {
        var target = try link.target()
        target.security = security
        var result: ConnectionOutcome?
        NodeConnector(target: target, on: link.loop).start { result = $0 }
        _ = link.loop.run(until: .now + .seconds(Deadline.patience)) { result != nil }
        return try #require(result).get()
    }

    /// Ours in the challenge reply ('r', challenge, digest) and the peer's in its ack ('a', digest); over TLS the
    /// length before a message of the handshake has 4 bytes.
    private static func digests(of handshake: RecordedSecurity) -> [Data] {
        func messages(_ bytes: [UInt8]) -> [[UInt8]] {
            var (rest, found) = (bytes[...], [[UInt8]]())
            while rest.count > 4, found.count < 3 {
                let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
                found.append(Array(rest.dropFirst(4).prefix(count)))
                rest = rest.dropFirst(4 + count)
            }
            return found
        }
        let reply = messages(handshake.said).first { $0.first == UInt8(ascii: "r") && $0.count == 21 }
        let ack = messages(handshake.heard).first { $0.first == UInt8(ascii: "a") && $0.count == 17 }
        return [reply?.dropFirst(5), ack?.dropFirst(1)].compactMap { $0.map { Data($0) } }
    }

    /// The DER form in pieces of 16 bytes, without the header that all keys of a kind share: as it is, and as base64.
    private static func pieces(ofKeyOf node: ErlangNodeFixture) throws -> [Data] {
        let directory = URL(fileURLWithPath: try #require(node.optionFile)).deletingLastPathComponent()
        let pem = try String(contentsOf: directory.appendingPathComponent("key.pem"), encoding: .utf8)
        let base64 = pem.split(separator: "\n").filter { !$0.hasPrefix("-") }
        let der = try #require(Data(base64Encoded: base64.joined()))
        // The public half stands in the certificate, which is told: it comes last in an EC key.
        let secret = der.dropFirst(40).prefix(24)
        return [Data(secret.prefix(12)), Data(secret.suffix(12)), Data(base64[0].utf8.suffix(12))]
    }
}

extension Data {
    fileprivate func contains(_ text: String) -> Bool { range(of: Data(text.utf8)) != nil }
}
