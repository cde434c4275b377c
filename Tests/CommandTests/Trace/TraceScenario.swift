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
        /// Nothing comes to the acceptor: the initiator alone is looked at.
        case alone(name: String)
    }

    let name: String
    /// nil where they connect.
    let code: FailureCode?
    /// What the initiator's trace alone can say, where that is less.
    var codeOfInitiator: FailureCode?
    var codeOfAcceptor: FailureCode?
    let acceptor: @Sendable (OTPRelease) throws -> ErlangNodeFixture
    let initiator: Initiator
    /// Evaluated on the acceptor when the trace is there.
    var preparation = "ok"
    /// Evaluated on the initiator before it connects; ACCEPTOR is the acceptor's name.
    var preparationOfInitiator = "ok"

    var testDescription: String { name }

    static let all: [TraceScenario] = plain + secure + mixed

    // MARK: TCP

    private static let plain: [TraceScenario] = [
        TraceScenario(name: "connected, TCP", code: nil, acceptor: node(), initiator: .node(node())),
        TraceScenario(
            name: "wrong cookie", code: .cookie, acceptor: node(), initiator: .node(node()),
            preparationOfInitiator: "erlang:set_cookie('ACCEPTOR', zq_unlike_cookie)"),
        TraceScenario(
            name: "not allowed, TCP", code: .notAllowed, acceptor: node(), initiator: .node(node()),
            preparation: "net_kernel:allow(['somebody@else'])"),
        TraceScenario(
            name: "not registered", code: .epmdNotRegistered, acceptor: node(),
            initiator: .alone(name: "nobody@127.0.0.1")),
        TraceScenario(
            name: "no such host", code: .dns, acceptor: node(), initiator: .alone(name: "a@no.such.host.invalid")),
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
            initiator: .node(node("tlsv1.2", ["-kernel", "net_setuptime", "4"]))),
    ]

    // MARK: nodes

    /// A second instead of seven.
    private static let quick = ["-kernel", "net_setuptime", "1"]

    private static func node(_ arguments: [String] = []) -> @Sendable (OTPRelease) throws -> ErlangNodeFixture {
        { try ErlangNodeFixture(release: $0, arguments: arguments) }
    }

    private static func node(
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
