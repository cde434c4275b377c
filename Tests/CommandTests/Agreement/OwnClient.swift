import AgreementSupport
import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import ErlangTerm
import ErlcluTestSupport
import TLSTransport
import Testing

/// What is wrong with us when we dial a node.
struct OwnClient {
    var fault: RecordedFault
    var isSecure = true
    var certificateFile: String?
    var keyFile: String?
    var trusts: String
    /// Another one than the node's.
    var cookie: String?

    private init(_ name: String, _ certificate: IssuedCertificate? = nil, trusts: String? = nil) throws {
        fault = try #require(RecordedFault.ours.first { $0.name == name })
        certificateFile = certificate?.certificateFile
        keyFile = certificate?.keyFile
        self.trusts = try trusts ?? CertificateAuthority.trusted.get().certificateFile
    }

    static func all(in directory: TemporaryDirectory) throws -> [OwnClient] {
        var alone = try OwnClient("our certificate signs itself")
        (alone.certificateFile, alone.keyFile) = try selfSigned(in: directory)
        var stranger = try OwnClient("we have another cookie", CertificateAuthority.issue())
        stranger.cookie = "zq_unlike"
        var plain = try OwnClient("we dial TLS without TLS")
        plain.isSecure = false
        return [
            alone, try OwnClient("our certificate is of an unknown CA", CertificateAuthority.unknown.get().issue()),
            try OwnClient(
                "our certificate is expired", CertificateAuthority.issue(CertificateProfile(validity: .expired))),
            try OwnClient(
                "our certificate is not valid yet", CertificateAuthority.issue(CertificateProfile(validity: .notYet))),
            try OwnClient(
                "our certificate is for servers only",
                CertificateAuthority.issue(CertificateProfile(usages: [.serverAuth]))),
            try OwnClient("we have no certificate"),
            try OwnClient(
                "we trust another CA", CertificateAuthority.issue(),
                trusts: CertificateAuthority.unknown.get().certificateFile),
            stranger, plain,
        ]
    }

    private static func selfSigned(in directory: TemporaryDirectory) throws -> (certificate: String, key: String) {
        let (certificate, key) = (directory.file("lone.pem"), directory.file("lone.key"))
        try CommandResult.ofSuccessful(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=lone",
                "-days", "2", "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", key, "-out", certificate,
            ])
        return (certificate, key)
    }

    /// `ping` with all this.
    func ping(_ node: ErlangNodeFixture, _ further: [String] = []) throws -> FailedCommand {
        var tls: ToolTLS?
        if isSecure {
            let files = certificateFile.map { ["--cert", $0, "--key", keyFile ?? $0] } ?? []
            tls = try ToolTLS(nil, trusts: trusts, options: files)
        }
        let command = try FailedCommand.ping(node, tls: tls, further)
        return cookie.map { command.withCookie($0) } ?? command
    }

    /// Dials as `ping` does, but in this process.
    /// - Returns: what the rules are given.
    func dial(_ node: ErlangNodeFixture) throws -> AttemptFacts {
        var target = PeerSettings(
            name: try NodeName(node.name), portLookup: .known(node.port), cookie: Secret(cookie ?? node.cookie))
        if isSecure {
            var configuration = TLSConfiguration(role: .initiator)
            configuration.trustFiles = [trusts]
            configuration.certificateFile = certificateFile
            configuration.keyFile = keyFile
            target.security = ClientSecurity(context: try TLSContext(configuration))
        }
        let (loop, witness) = (EventLoop(), FactsWitness())
        var outcome: ConnectionOutcome?
        NodeConnector(target: target, on: loop, observer: witness).start { outcome = $0 }
        _ = loop.run(until: .now + .seconds(Deadline.patience)) { outcome != nil }
        guard case .failed(let failure)? = outcome else { throw FixtureFailure("it is let in") }
        let facts = try #require(witness.last)
        #expect(facts.failure == failure)
        return facts
    }
}

/// TLS for one host, as `ping` has it.
private struct ClientSecurity: StreamSecurity {
    let context: TLSContext

    func secure(_ stream: any ByteStream, on loop: EventLoop) throws(StreamClosure) -> any ByteStream {
        do throws(TLSConfigurationError) {
            let secure = try TLSStream(
                over: stream, context: context, loop: loop, peerName: "127.0.0.1", serverName: "127.0.0.1")
            loop.enqueue { secure.streamOpened(stream) }
            return secure
        } catch {
            throw .tls(TLSFailure(cause: .library("\(error)")))
        }
    }
}

/// Keeps the facts that the rules were given last.
private final class FactsWitness: ConnectionObserver {
    private(set) var last: AttemptFacts?

    func failing(_ facts: AttemptFacts) { last = facts }
    func connecting(to endpoint: Endpoint, for purpose: ConnectionPurpose) {}
    func resolved(_ host: String, to addresses: [String]) {}
    func registered(_ alive: String, at port: UInt16) {}
    func connected(to endpoint: Endpoint, address: String, from own: Endpoint?) {}
    func secured() {}
    func handshake(_ event: HandshakeEvent) {}
    func up() {}
}
