import ErlcluTestSupport
import Testing

/// A way from the tool to a node.
enum Route: String, CaseIterable, CustomTestStringConvertible {
    case tcp = "TCP"
    /// Whatever the two agree on.
    case tls = "TLS"
    case tls12 = "TLS 1.2"
    case tls13 = "TLS 1.3"
    /// The node asks for no certificate and checks none, and we do not check the node's.
    case unverified = "TLS without verification"
    /// The node takes clients without a certificate; we have none, and verify the node.
    case oneSided = "TLS without a client certificate"
    /// Through another port of this host, with the node's own name verified.
    case forwarded = "TLS through a forwarder"
    /// No epmd: the port is known.
    case portKnown = "TCP without epmd"

    var testDescription: String { rawValue }

    /// OTP 23 speaks TLS 1.3 between its own nodes only; see the release notes of ssl 10.2.
    static func combinations() -> [RoutedRelease] {
        OTPRelease.available.flatMap { release in Route.allCases.map { RoutedRelease(release: release, route: $0) } }
    }

    func transport() throws -> NodeTransport {
        switch self {
        case .tcp, .portKnown: .tcp
        case .tls, .forwarded: try .mutualTLS()
        case .tls12: try .mutualTLS(versions: ["tlsv1.2"])
        case .tls13: try .mutualTLS(versions: ["tlsv1.3"])
        case .unverified: .tls(NodeTLS(certificate: try CertificateAuthority.issue(), verification: .none))
        case .oneSided: .tls(NodeTLS(certificate: try CertificateAuthority.issue(), demandsCertificate: false))
        }
    }
}

/// One field of the matrix.
struct RoutedRelease: CustomTestStringConvertible, Sendable {
    let release: OTPRelease
    let route: Route

    var testDescription: String { "\(release), \(route.rawValue)" }

    func start() throws -> ErlangNodeFixture {
        try ErlangNodeFixture(
            release: release, transport: try route.transport(), registration: route == .portKnown ? .none : .epmd)
    }

    /// The tool for that node, and the forwarder that it goes through.
    func tool(_ node: ErlangNodeFixture) throws -> (tool: NodeTool, forwarder: PortForwarder?) {
        switch route {
        case .tcp, .tls, .tls12, .tls13: return (try NodeTool(node), nil)
        case .unverified: return (try NodeTool(node, trust: ["--transport", "tls", "--insecure"]), nil)
        case .oneSided:
            return (try NodeTool(node, trust: ["--ca", try CertificateAuthority.issue().authorityFile]), nil)
        case .forwarded:
            let forwarder = try PortForwarder(to: node.port)
            return (try NodeTool(node, address: "127.0.0.1:\(forwarder.port)"), forwarder)
        case .portKnown: return (try NodeTool(node, address: "127.0.0.1:\(node.port)"), nil)
        }
    }
}
