import Diagnosis
import ErlangNode
import ErlcluTestSupport
import Foundation
import Testing

/// A way for two nodes to connect, or not to, and what a trace on either end must make of it.
struct TraceScenario: Sendable, CustomTestStringConvertible {
    enum Initiator {
        case node(@Sendable (OTPRelease) throws -> ErlangNodeFixture)
        /// No node at all: connects to the port, sends these bytes and waits.
        case bytes([UInt8])
        /// Nothing comes to a node that is looked at: the `acceptor` dials this name.
        case alone(@Sendable () throws -> DialledName)
    }

    struct DialledName {
        var name: String
        /// What has to be there as long as it is dialled.
        var fixtures: [AnyObject] = []
    }

    let name: String
    /// nil where they connect.
    let code: FailureCode?
    /// What the initiator's trace alone can say, where that is less.
    var codeOfInitiator: FailureCode?
    var codeOfAcceptor: FailureCode?
    /// What else it is before OTP 25, by the view that it is seen in.
    var codesOnOTP23: [String: FailureCode] = [:]
    let acceptor: @Sendable (OTPRelease) throws -> ErlangNodeFixture
    let initiator: Initiator
    /// Evaluated on the acceptor when the trace is there.
    var preparation = "ok"
    /// Evaluated on the initiator before it connects; ACCEPTOR is the acceptor's name.
    var preparationOfInitiator = "ok"
    /// The name that the initiator dials; ALIVE is the part of the acceptor's before the `@`.
    var dialled = "ACCEPTOR"

    var testDescription: String { name }

    /// Whether it is worth a look on every release: `ssl` and `dist_util` differ, connecting a socket does not.
    var differsByRelease: Bool { code.map { ![.epmdRefused, .tcpRefused, .tcpTimeout].contains($0) } ?? true }

    static let all: [TraceScenario] = plain + secure + mixed
    /// Those, and what rarely goes wrong.
    static let everything = all + reaching + greeting + securing

    // MARK: TCP

    private static let plain: [TraceScenario] = [
        TraceScenario(name: "connected, TCP", code: nil, acceptor: node(), initiator: .node(node())),
        TraceScenario(
            name: "wrong cookie", code: .cookie, acceptor: node(), initiator: .node(node()),
            preparationOfInitiator: "erlang:set_cookie('ACCEPTOR', zq_unlike_cookie)"),
        TraceScenario(
            // To the initiator the status is the same as for a node that lacks flags, and one of OTP 23 does.
            name: "not allowed, TCP", code: .notAllowed, codesOnOTP23: ["initiator": .flags], acceptor: node(),
            initiator: .node(node()),
            preparation: "net_kernel:allow(['somebody@else'])"),
        TraceScenario(
            name: "not registered", code: .epmdNotRegistered, acceptor: node(),
            initiator: .alone { DialledName(name: "nobody@127.0.0.1") }),
        TraceScenario(
            name: "no such host", code: .dns, acceptor: node(),
            initiator: .alone { DialledName(name: "a@no.such.host.invalid") }),
        TraceScenario(
            name: "garbage", code: .protocolViolation, acceptor: node(),
            initiator: .bytes([0, 5] + Array("hello".utf8))),
        TraceScenario(
            name: "silence, TCP", code: .setupTimeout, acceptor: node(quick), initiator: .bytes([])),
    ]

    // MARK: TLS

    private static let secure: [TraceScenario] =
        ["tlsv1.2", "tlsv1.3"].flatMap { version -> [TraceScenario] in
            [
                TraceScenario(
                    name: "connected, \(version)", code: nil, acceptor: node(version), initiator: .node(node(version))),
                certificate("expired", .certificateExpired, version, of: .initiator) {
                    try CertificateAuthority.issue(CertificateProfile(commonName: "old", validity: .expired))
                },
                certificate("expired", .certificateExpired, version, of: .acceptor) {
                    try CertificateAuthority.issue(CertificateProfile(commonName: "old", validity: .expired))
                },
                certificate("not yet valid", .certificateNotYetValid, version, of: .acceptor) {
                    try CertificateAuthority.issue(CertificateProfile(commonName: "new", validity: .notYet))
                },
                certificate("of an unknown CA", .caUnknown, version, of: .initiator) {
                    try CertificateAuthority.unknown.get().issue()
                },
                certificate("of an unknown CA", .caUnknown, version, of: .acceptor) {
                    try CertificateAuthority.unknown.get().issue()
                },
                certificate("for another host", .certificateName, version, of: .acceptor) {
                    try CertificateAuthority.issue(
                        CertificateProfile(
                            commonName: "other", dnsNames: ["other.example.com"], addresses: ["10.1.2.3"]))
                },
                certificate("for clients only", .certificateUsage, version, of: .acceptor) {
                    try CertificateAuthority.issue(CertificateProfile(commonName: "client", usages: [.clientAuth]))
                },
            ]
        } + [
            // A certificate with the peer's address would do, whatever is allowed.
            TraceScenario(
                name: "not allowed, TLS", code: .notAllowed, acceptor: node("tlsv1.2"),
                initiator: .node(
                    node("tlsv1.2", []) { try CertificateAuthority.issue(CertificateProfile(addresses: [])) }),
                preparation: "net_kernel:allow(['somebody@else.example.com'])"),
            TraceScenario(
                name: "wrong cookie, TLS", code: .cookie, acceptor: node("tlsv1.2"), initiator: .node(node("tlsv1.2")),
                preparationOfInitiator: "erlang:set_cookie('ACCEPTOR', zq_unlike_cookie)"),
            TraceScenario(
                name: "silence, TLS", code: .setupTimeout, acceptor: node("tlsv1.2", quick), initiator: .bytes([])),
        ]

    // MARK: one side only speaks TLS

    private static let mixed: [TraceScenario] = [
        TraceScenario(
            name: "TCP to TLS", code: .tcpToTLS, acceptor: node("tlsv1.2"), initiator: .node(node())),
        TraceScenario(
            name: "TLS to TCP", code: .tlsToTCP, codeOfAcceptor: .setupTimeout, acceptor: node(quick),
            // The acceptor gives up first.
            initiator: .node(node("tlsv1.2", ["-kernel", "net_setuptime", "5"]))),
    ]

    // MARK: nodes

    /// Two seconds instead of seven; the trace, too, must come in by then.
    static let quick = ["-kernel", "net_setuptime", "2"]

    static func node(_ arguments: [String] = []) -> @Sendable (OTPRelease) throws -> ErlangNodeFixture {
        { try ErlangNodeFixture(release: $0, arguments: arguments) }
    }

    static func node(
        _ version: String, _ arguments: [String] = [],
        _ certificate: @escaping @Sendable () throws -> IssuedCertificate = { try CertificateAuthority.issue() }
    ) -> @Sendable (OTPRelease) throws -> ErlangNodeFixture {
        { release in
            let tls = NodeTLS(
                certificate: try certificate(), trusts: try CertificateAuthority.trusted.get().certificateFile,
                versions: [version])
            return try ErlangNodeFixture(release: release, transport: .tls(tls), arguments: arguments)
        }
    }

    static func node(
        _ version: String, _ adjust: @escaping @Sendable (inout NodeTLS) -> Void
    ) -> @Sendable (OTPRelease) throws -> ErlangNodeFixture {
        { release in
            var tls = NodeTLS(certificate: try CertificateAuthority.issue(), versions: [version])
            adjust(&tls)
            return try ErlangNodeFixture(release: release, transport: .tls(tls))
        }
    }

    private enum Side { case initiator, acceptor }

    private static func certificate(
        _ what: String, _ code: FailureCode, _ version: String, of side: Side,
        _ issue: @escaping @Sendable () throws -> IssuedCertificate
    ) -> TraceScenario {
        let (good, bad) = (node(version), node(version, [], issue))
        return TraceScenario(
            name: "certificate of the \(side) \(what), \(version)", code: code,
            acceptor: side == .acceptor ? bad : good, initiator: .node(side == .initiator ? bad : good))
    }
}
