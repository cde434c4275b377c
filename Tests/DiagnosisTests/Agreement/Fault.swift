import Diagnosis
import DistributionProtocol

/// A fault of the failure matrix as vantages see it that no live run has recorded. The facts follow what real nodes of OTP
/// 23 to 29 show; `RecordedAgreementTests` has those that were recorded.
struct Fault {
    var name: String
    /// What it is.
    var code: FailureCode
    var sights: [Sight]

    static let all = clients + servers + parameters + handshakes + silences

    // MARK: the initiator's certificate

    private static func client(
        _ name: String, _ code: FailureCode, _ certificate: CertificateFacts, alert: UInt8, alert13: UInt8? = nil
    ) -> [Fault] {
        [("TLS 1.2", alert), ("TLS 1.3", alert13 ?? alert)].map { version, alert in
            var sights: [Sight] = [
                .trace(
                    on: .initiator,
                    [
                        .connected, .shown(.acceptor, .good, verdict: .accepted), .alert(alert, by: .acceptor),
                        .shown(.initiator, certificate), .ended(.closed(by: .acceptor), .tls),
                    ])
            ]
            if version == "TLS 1.3" {
                sights.append(
                    .own(
                        .closed(by: .acceptor), .status,
                        TLSFailure(
                            cause: .closedDuringHandshake, peerChain: [.good], ownCertificate: certificate,
                            certificateRequested: true, agreedVersion: version)))
                sights[sights.count - 1].vantage = "own, alert lost"
            }
            return Fault(name: "client certificate \(name), \(version)", code: code, sights: sights)
        }
    }

    private static let clients: [Fault] =
        client("signs itself", .caUnknown, .selfSigned, alert: 42)
        + client("of a rogue CA", .caUnknown, .issued(issuer: "CN=rogue"), alert: 48)
        + client("expired", .certificateExpired, .issued(to: -1), alert: 45)
        + client("not valid yet", .certificateNotYetValid, .issued(from: 60), alert: 45, alert13: 42)
        + client("for servers only", .certificateUsage, .issued(usage: ["serverAuth"]), alert: 40, alert13: 43)
        + [
            Fault(
                name: "client certificate missing, TLS 1.2", code: .certificateRequired,
                sights: [
                    .trace(
                        on: .initiator,
                        [
                            .connected, .shown(.acceptor, .good, verdict: .accepted), .alert(40, by: .acceptor),
                            .shown(.initiator),
                        ])
                ]),
            Fault(
                name: "client certificate missing, TLS 1.3", code: .certificateRequired,
                sights: [.trace(on: .initiator, [.connected, .alert(116, by: .acceptor), .shown(.initiator)])]),
        ]

    // MARK: the acceptor's certificate

    private static func server(
        _ name: String, _ code: FailureCode, _ certificate: CertificateFacts, _ defect: CertificateDefect,
        _ cause: TLSFailure.Cause, alert: UInt8
    ) -> Fault {
        Fault(
            name: "server certificate \(name)", code: code,
            sights: [
                .own(TLSFailure(cause: cause, peerChain: [certificate])),
                .trace(
                    on: .initiator,
                    [
                        .connected, .shown(.acceptor, certificate, verdict: .refused(defect, index: nil)),
                        .alert(alert, by: .initiator),
                    ]),
                .trace(
                    on: .acceptor,
                    [
                        .connected, .alert(alert, by: .initiator), .shown(.acceptor, certificate),
                        .ended(.tls("alert"), .tls),
                    ]),
                .trace(
                    on: .acceptor, as: ", TLS 1.3",
                    [.connected, .alert(20, by: .acceptor), .ended(.tls("alert"), .tls)]),
                .capture(
                    [.connected] + Seen.hellos("TLS 1.2") + [
                        .shown(.acceptor, certificate), .alert(alert, by: .initiator),
                        .ended(.closed(by: .initiator), .tls),
                    ]),
                .capture(
                    as: ", TLS 1.3",
                    [.connected]
                        + Seen.hellos(
                            "TLS 1.3") + [.sealed(by: .initiator), .ended(.closed(by: .initiator), .tls)]),
            ])
    }

    private static func verify(_ error: Int32) -> TLSFailure.Cause {
        .certificateRefused(verifyError: error, depth: 0, reason: "refused")
    }

    private static let servers: [Fault] = [
        server("not valid yet", .certificateNotYetValid, .issued(from: 60), .expired, verify(9), alert: 42),
        server("expired", .certificateExpired, .issued(to: -1), .expired, verify(10), alert: 45),
        server("of a rogue CA", .caUnknown, .issued(issuer: "CN=rogue"), .unknownCA, verify(20), alert: 48),
        server("signs itself", .caUnknown, .selfSigned, .selfSigned, verify(18), alert: 42),
        server(
            "for clients only", .certificateUsage, .issued(usage: ["clientAuth"]), .usage, verify(26), alert: 43),
        server(
            "for another host", .certificateName, .issued(host: "10.9.9.9"),
            .name(expected: "10.0.0.2", presented: ["10.9.9.9"]), .nameMismatch(expected: "10.0.0.2"), alert: 40),
    ]

    // MARK: parameters

    private static func refusedHello(_ name: String, _ code: FailureCode, _ alert: UInt8) -> Fault {
        Fault(
            name: name, code: code,
            sights: [
                .own(TLSFailure(cause: .alertReceived(alert), ownCertificate: .good)),
                .trace(on: .initiator, [.connected, .alert(alert, by: .acceptor), .ended(.tls("alert"), .tls)]),
                .trace(on: .acceptor, [.connected, .alert(alert, by: .acceptor), .ended(.tls("alert"), .tls)]),
                .capture([.connected, .clientHello, .alert(alert, by: .acceptor), .ended(.closed(by: .acceptor), .tls)]
                ),
            ])
    }

    private static let parameters: [Fault] = [
        refusedHello("no cipher suite in common", .tlsCipher, 40),
        refusedHello("no TLS version in common", .tlsVersion, 70),
        refusedHello("no usable key", .tlsKey, 80),
        Fault(
            name: "HTTP to TLS", code: .protocolViolation,
            sights: [
                .trace(on: .acceptor, [.connected, .alert(10, by: .acceptor, "{unsupported_record_type,71}")])
            ]),
    ]

    // MARK: handshakes

    private static let handshakes: [Fault] = [
        Fault(
            name: "another name was dialled", code: .name,
            sights: [
                .own(.nameMismatch(dialled: "c@10.0.0.2", actual: node), .challenge),
                .trace(
                    on: .initiator,
                    [.connected, .ended(.nameMismatch(dialled: "c@10.0.0.2", actual: node), .challenge)]),
                .trace(
                    on: .acceptor,
                    [.connected, .said(.challenge, by: .acceptor, .challenge), .ended(.closed(by: .initiator), .reply)]),
                .capture([
                    Seen(what: .connected, stage: .tcp, acceptorName: "c@10.0.0.2"),
                    .said(.name, by: .initiator, .name),
                    .said(.status, by: .acceptor, .status, status: .ok),
                    .said(.challenge, by: .acceptor, .challenge, acceptor: node),
                    .ended(.closed(by: .initiator), .challenge, by: .initiator),
                ]),
            ]),
        Fault(
            name: "left, and was another spelling of the name", code: .closed,
            sights: ["b@10.0.0.2", "b@host"].map { (dialled: String) in
                .capture(
                    as: ", \(dialled)",
                    [
                        Seen(what: .connected, stage: .tcp, acceptorName: dialled),
                        .said(.name, by: .initiator, .name),
                        .said(.challenge, by: .acceptor, .challenge, acceptor: "b@host.example.com"),
                        .ended(.closed(by: .initiator), .challenge, by: .initiator),
                    ])
            }),
        Fault(
            name: "our probe without TLS", code: .closed,
            sights: [
                .trace(
                    on: .acceptor, from: "X1@erlclu-probe",
                    [.connected, .said(.challenge, by: .acceptor, .challenge), .ended(.closed(by: .initiator), .reply)]),
                .capture(
                    from: "X1@erlclu-probe",
                    [
                        .connected, .said(.challenge, by: .acceptor, .challenge, acceptor: node),
                        .ended(.closed(by: .initiator), .challenge, by: .initiator),
                    ]),
            ]),
        Fault(
            name: "not allowed", code: .notAllowed,
            sights: [
                .own(.refusedBy(.notAllowed), .status),
                .trace(on: .initiator, [.connected, .ended(.refusedBy(.notAllowed), .status)]),
                .trace(on: .acceptor, [.connected, .ended(.notAllowed, .status)]),
                .capture([.connected, .ended(.refusedBy(.notAllowed), .status)]),
            ]),
    ]

    // MARK: silence

    private static let node = Sight.node

    private static let silences: [Fault] = [
        Fault(
            name: "a probe sends nothing", code: .closed,
            sights: [
                .trace(on: .acceptor, [.connected, .ended(.closed(by: .initiator), .tls)]),
                .capture([.connected, .ended(.closed(by: .initiator), .tcp)]),
            ]),
        Fault(
            name: "frozen, and spoke TLS before", code: .setupTimeout,
            sights: [
                .own(.timeout(milliseconds: nil), .tls) { $0.probe = .unclear },
                .trace(
                    on: .initiator, spokeTLSBefore: true, [.connected, .ended(.timeout(milliseconds: nil), .tls)]),
                .capture(spokeTLSBefore: true, [.connected, .clientHello, .ended(.timeout(milliseconds: 7000), .tls)]),
            ]),
        Fault(
            name: "frozen, never seen before", code: .setupTimeout,
            sights: [
                .own(.timeout(milliseconds: nil), .tls) { $0.probe = .unclear },
                .trace(on: .initiator, [.connected, .ended(.timeout(milliseconds: nil), .tls)]),
                .capture([.connected, .clientHello, .ended(.timeout(milliseconds: 7000), .tls, by: .initiator)]),
            ]),
        Fault(
            name: "TLS to TCP", code: .tlsToTCP,
            sights: [
                .own(.timeout(milliseconds: nil), .tls) { $0.probe = .plainDistribution },
                .trace(on: .initiator, [.connected, .ended(.timeout(milliseconds: nil), .tls)]),
                .trace(
                    on: .acceptor,
                    [.connected, Seen(what: .note("x"), stage: .name), .ended(.timeout(milliseconds: nil), .name)]),
                // Who closes by itself is not stopped.
                .capture([.connected, .clientHello, .ended(.timeout(milliseconds: 7000), .tls, by: .acceptor)]),
            ]),
    ]
}
