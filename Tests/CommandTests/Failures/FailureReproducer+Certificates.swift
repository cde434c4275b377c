import Diagnosis
import ErlangNode
import ErlcluTestSupport

extension FailureReproducer {
    /// What one side holds against the other's certificate.
    static let certificates: [FailureReproducer] =
        [
            theirs(.certificateExpired, CertificateProfile(commonName: "old", validity: .expired)),
            FailureReproducer(.certificateExpired, "their CA") {
                let authority = try CertificateAuthority(commonName: "old CA", validity: .expired)
                let peer = try TLSPeer(certificate: authority.issue())
                let tls = try ToolTLS(CertificateAuthority.issue(), trusts: authority.certificateFile)
                var command = FailedCommand.ping(port: peer.port, tls: tls, peer)
                command.fixtures.append(authority)
                return command
            },
            theirs(.certificateNotYetValid, CertificateProfile(commonName: "new", validity: .notYet)),
            FailureReproducer(.caUnknown, "theirs") {
                let unknown = try CertificateAuthority.unknown.get()
                return try .ping(
                    SharedNodes.secure.get(),
                    tls: ToolTLS(CertificateAuthority.issue(), trusts: unknown.certificateFile))
            },
            FailureReproducer(.caUnknown, "theirs, of the same name") {
                let successor = try CertificateAuthority(commonName: "erlclu test CA")
                var command = try FailedCommand.ping(
                    SharedNodes.secure.get(),
                    tls: ToolTLS(CertificateAuthority.issue(), trusts: successor.certificateFile))
                command.fixtures.append(successor)
                return command
            },
            FailureReproducer(.caUnknown, "theirs, which is not shown") {
                let peer = try TLSPeer(certificate: CertificateAuthority.issue(), showsIssuer: false)
                let unknown = try CertificateAuthority.unknown.get()
                return .ping(port: peer.port, tls: try ToolTLS(nil, trusts: unknown.certificateFile), peer)
            },
            FailureReproducer(.certificateName, "theirs, none at all") {
                let certificate = try CertificateAuthority.issue(CertificateProfile(dnsNames: [], addresses: []))
                let peer = try TLSPeer(certificate: certificate)
                return .ping(port: peer.port, tls: try .good(), peer)
            },
            theirs(
                .certificateName,
                CertificateProfile(commonName: "other", dnsNames: ["other.example.com"], addresses: ["10.1.2.3"])),
            theirs(.certificateUsage, CertificateProfile(commonName: "client", usages: [.clientAuth])),
            FailureReproducer(.certificateRevoked, "theirs") {
                let certificate = try CertificateAuthority.issue(CertificateProfile(commonName: "gone"))
                let lists = try CertificateAuthority.trusted.get().revocationDirectory(
                    revoking: [certificate], named: "revoked")
                let directory = try TemporaryDirectory()
                let node = try ErlangNodeFixture(transport: .tls(NodeTLS(certificate: certificate)))
                let check = "{crl_check, true}, {crl_cache, {ssl_crl_hash_dir, {internal, [{dir, \"\(lists)\"}]}}}"
                var command = try FailedCommand.ping(node, tls: .optionFile(check, in: directory))
                command.fixtures.append(directory)
                command.scrubs.append(.pattern(#"revoked \d+m?s ago"#, as: "revoked TIME ago"))
                return command
            },
        ]
        + ours(.certificateExpired) { try CertificateAuthority.issue(CertificateProfile(validity: .expired)) }
        + ours(.certificateNotYetValid) { try CertificateAuthority.issue(CertificateProfile(validity: .notYet)) }
        + ours(.caUnknown) { try CertificateAuthority.unknown.get().issue() }
        + ours(.certificateUsage) { try CertificateAuthority.issue(CertificateProfile(usages: [.serverAuth])) }
        + ours(.certificateRequired) { nil }

    /// A node that shows such a certificate.
    private static func theirs(_ code: FailureCode, _ profile: CertificateProfile) -> FailureReproducer {
        FailureReproducer(code, "theirs") {
            let certificate = try CertificateAuthority.issue(profile)
            let node = try ErlangNodeFixture(transport: .tls(NodeTLS(certificate: certificate)))
            return try .ping(node, tls: .good())
        }
    }

    /// We show such a certificate to nodes that verify. Under TLS 1.3 our handshake is over before they judge it.
    private static func ours(
        _ code: FailureCode, _ certificate: @escaping @Sendable () throws -> IssuedCertificate?
    ) -> [FailureReproducer] {
        let trusted = { @Sendable in try CertificateAuthority.trusted.get().certificateFile }
        return [
            FailureReproducer(code, "ours, TLS 1.2") {
                try .ping(SharedNodes.secure.get(), tls: ToolTLS(certificate(), trusts: trusted()))
            },
            FailureReproducer(code, "ours, TLS 1.3") {
                try .ping(SharedNodes.secure13.get(), tls: ToolTLS(certificate(), trusts: trusted()))
            },
        ]
    }
}
