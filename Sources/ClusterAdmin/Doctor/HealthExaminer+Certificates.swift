import ByteTransport
import Diagnosis
import ErlangNode
import HandshakeTrace

extension HealthExaminer {
    /// Whoever has fewer days left should have a new certificate by now.
    package static let fewDays = 14
    private static let certificateMargin = fewDays * 86_400

    func certificates(_ security: TLSConnectionFacts) -> [HealthCheck] {
        guard !security.peerChain.isEmpty else {
            return [
                .warning(
                    .certificate, "the node shows no certificate", remedy: "give it one: certfile in its option file",
                    code: .certificateRequired)
            ]
        }
        return certificates(security.peerChain)
    }

    func certificates(_ chain: [CertificateFacts]) -> [HealthCheck] {
        chain.enumerated().map { depth, certificate in
            let role =
                depth == 0 ? "the node's" : certificate.subject == certificate.issuer ? "its CA's" : "an issuer's"
            return validity(certificate, role, .certificate)
        }
    }

    func ownCertificate(_ security: TLSConnectionFacts) -> HealthCheck {
        if let own = security.ownCertificate { return validity(own, "ours", .ownCertificate) }
        let rest = security.isCertificateRequested ? "are let in" : "the node asks for none"
        return .fine(.ownCertificate, "we have none, and \(rest)")
    }

    private func validity(_ certificate: CertificateFacts, _ role: String, _ topic: HealthCheck.Topic) -> HealthCheck {
        let left = certificate.notAfter - now
        let what =
            "\(role): \(certificate.subject), serial \(certificate.serial), until \(UTCTime(seconds: certificate.notAfter))"
        if certificate.notBefore > now {
            return .warning(
                topic, "\(what), and not before \(UTCTime(seconds: certificate.notBefore))",
                remedy: "set the clocks of both hosts and of the CA's with NTP", code: .certificateNotYetValid)
        }
        if left < 0 {
            return .warning(
                topic, "\(what), which was \(UTCTime.span(left)) ago",
                remedy: "renew it: those who verify refuse it", code: .certificateExpired)
        }
        let time = "\(what), \(UTCTime.span(left)) left"
        guard left < Self.certificateMargin else { return .fine(topic, time) }
        return .warning(topic, time, remedy: "renew it before it runs out", code: .certificateExpired)
    }

    /// OTP compares the host of the node's name with the certificate's DNS names, an IP address too.
    func certificateName(_ security: TLSConnectionFacts) -> HealthCheck {
        certificateName(security.peerChain, allowsWildcards: security.allowsWildcards)
    }

    func certificateName(_ chain: [CertificateFacts], allowsWildcards: Bool = false) -> HealthCheck {
        guard let leaf = chain.first else { return .fine(.certificateName, "there is no certificate") }
        let names = leaf.dnsNames.map { "DNS:\($0)" } + leaf.ipAddresses.map { "IP:\($0)" }
        let shown = names.isEmpty ? "no host at all" : names.joined(separator: " ")
        switch leaf.match(host) {
        case .exact, .commonName: return .fine(.certificateName, "for \(host), the host of the node's name (\(shown))")
        case .wildcard(let pattern):
            if allowsWildcards {
                return .fine(.certificateName, "for \(host), by \(pattern) and the match_fun of https (\(shown))")
            }
            return .warning(
                .certificateName, "for \(host) by the wildcard \(pattern) only: OTP compares names as they are",
                remedy: "reissue it with \(host) as a DNS name; or {customize_hostname_check, [{match_fun, "
                    + "public_key:pkix_verify_hostname_match_fun(https)}]} in the client section of every node's file",
                code: .certificateName)
        case .addressOnly:
            return .warning(
                .certificateName, "for the IP address \(host), and not for a DNS name of that form (\(shown))",
                remedy: "reissue it with \(host) as a DNS name as well: OTP compares that", code: .certificateName)
        case .none: break
        }
        return .warning(
            .certificateName, "for \(shown), and not for \(host), the host of the node's name",
            remedy: "reissue it with \(host) as a DNS name: other nodes compare it", code: .certificateName)
    }

    /// Who looks at whose certificate: we at the node's, it at those of others that come, and of those that it dials.
    func trust(_ security: TLSConnectionFacts) -> [HealthCheck] {
        [trustInNode(security), trustInGuests(security)] + (checkup.clientTrust.map { [trustInDialled($0)] } ?? [])
    }

    private func trustInNode(_ security: TLSConnectionFacts) -> HealthCheck {
        guard security.isPeerVerified else {
            return .warning(
                .trust, "we do not verify the node's certificate",
                remedy: "give \(.authorities), or verify_peer and cacertfile in the option file", code: .caUnknown)
        }
        let name = security.serverName.map { "is for \($0)" } ?? "may be for any name"
        return .fine(.trust, "we trust the issuer of the node's certificate, which \(name)")
    }

    private func trustInGuests(_ security: TLSConnectionFacts) -> HealthCheck {
        guard security.isCertificateRequested else {
            return .warning(
                .trust, "the node asks for no certificate: whoever has the cookie is let in",
                remedy: Self.demandRemedy("{verify, verify_peer}, {fail_if_no_peer_cert, true}"),
                code: .certificateRequired)
        }
        // OTP's default is to let them in.
        let demands = checkup.serverTrust.map { $0.demandsCertificate ?? false }
        if security.ownCertificate == nil || demands == false {
            return .warning(
                .trust, "the node asks for a certificate, and lets in who has none",
                remedy: Self.demandRemedy("{fail_if_no_peer_cert, true}"), code: .certificateRequired)
        }
        return .fine(.trust, "the node \(demands == true ? "demands" : "asks for") a certificate, and trusts ours")
    }

    /// Who has none would be shut out.
    private static func demandRemedy(_ options: String) -> Remedy {
        "\(options) in the server section of its file, once all that connect to it have a certificate"
    }

    private func trustInDialled(_ client: NodeCheckup.Trust) -> HealthCheck {
        guard client.verify != "verify_peer" else {
            return .fine(.trust, "the node verifies the certificates of those that it dials")
        }
        return .warning(
            .trust, "the node does not verify those that it dials itself",
            remedy: "{verify, verify_peer} and cacertfile in the client section of its file, once those that it dials "
                + "have certificates for their hosts: it refuses the others then", code: .caUnknown)
    }
}
