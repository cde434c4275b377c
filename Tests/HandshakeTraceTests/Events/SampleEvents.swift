import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import HandshakeTrace

/// Events to test with: one of each kind, and attempts made of them.
enum SampleEvents {
    static let certificate = CertificateFacts(
        subject: "CN=b", issuer: "CN=ca", serial: "01", notBefore: 1_700_000_000, notAfter: 1_800_000_000,
        dnsNames: ["b.example"], ipAddresses: ["10.0.0.2"], extendedKeyUsage: ["serverAuth"], fingerprint: "ab12")

    static let failure = NodeFailure(
        .cookie, stage: .ack, node: "b@h", message: "cookies differ", remedy: "compare them",
        certainty: .likely(alternative: "it crashed"))

    static let occurrences: [EventKind] =
        [
            .started(.epmd), .started(.distribution),
            .epmd(EPMDFacts(.port, isAnswer: false, alive: "b")),
            .epmd(EPMDFacts(.port, isAnswer: true, alive: "b", port: 40_000)),
            .epmd(EPMDFacts(.names, isAnswer: true, names: ["b", "c"])),
            .connected,
            .tlsMessage(
                TLSMessageFacts(type: 1, versions: ["TLS 1.2", "TLS 1.3"], ciphers: ["X"], serverName: "h", note: "n")),
            .tlsMessage(TLSMessageFacts(type: nil, note: "ChangeCipherSpec")),
            .alert(AlertFacts(level: 2, description: 45, reason: "expired")),
            .certificates(shownBy: .acceptor, [certificate], nil),
            .certificates(shownBy: .initiator, [certificate, certificate], .accepted),
            .secured(version: "TLS 1.3", cipher: "TLS_AES_256_GCM_SHA384"),
            .handshake(
                HandshakeDetail(
                    .name, name: "a@h", flags: [.published, DistributionFlags(rawValue: 1 << 60)],
                    creation: 4_000_000_000,
                    version: 6)),
            .handshake(HandshakeDetail(.status, status: .named("X@h", creation: 7), name: "X@h", creation: 7)),
            .handshake(HandshakeDetail(.status, status: .unknown("\u{202e}odd\n\""))),
            .up, .down(reason: "net_tick_timeout"), .note("a tick was missed"),
        ] + defects.map { .certificates(shownBy: .acceptor, [], .refused($0, index: 0)) } + reasons.map { .ended($0) }

    private static let defects: [CertificateDefect] = [
        .expired, .unknownCA, .selfSigned, .name(expected: "h", presented: ["a", "b"]),
        .name(expected: nil, presented: []), .usage, .revoked, .invalidSignature,
        .revocationUnknown("odd", isBeyondRepair: false), .revocationUnknown("odd", isBeyondRepair: true),
        .other("odd"),
    ]

    private static let reasons: [EndReason] = [
        .closed(by: .acceptor), .closed(by: nil), .reset(by: .initiator), .refused, .unreachable("no route"),
        .unresolved("nxdomain"), .notRegistered, .timeout(milliseconds: 7000), .timeout(milliseconds: nil),
        .wrongCookie, .notAllowed, .refusedBy(.nok), .missingFlags(["V4_NC"]),
        .nameMismatch(dialled: "a@h", actual: "b@h"), .notTLS([0, 255]), .notDistribution([22, 3, 1]),
        .badTLSOptions("{x}"), .tls("odd"), .failed(failure), .violation("odd"),
        .noCommonParameters("odd"), .foreignKey, .other("odd"),
    ]

    /// The event of one end of a connection from a@h to b@h.
    static func event(
        _ what: EventKind, at time: Int = 0, from vantage: Vantage = .node("a@h"), _ connection: Int? = 1,
        side: Role? = .initiator, initiator: Party = Party(name: "a@h"), acceptor: Party = Party(name: "b@h"),
        stage: NodeFailure.Stage = .name, sender: Role? = nil
    ) -> TraceEvent {
        TraceEvent(
            time: time, vantage: vantage, connection: connection, side: side, initiator: initiator, acceptor: acceptor,
            stage: stage, sender: sender, what: what)
    }
}
