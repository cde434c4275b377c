import ByteTransport
import Diagnosis
import ErlangNode

/// Certificates and alerts.
extension AttemptExplanation {
    /// One end looked at the other's certificate and did not like it.
    func refused(_ refusal: AttemptReasons.Refusal) -> NodeFailure {
        let (owner, judge) = (name(refusal.owner), name(refusal.owner.other))
        let seconds = refusal.time / 1_000_000
        let leaf = refusal.chain.first
        let identity = leaf.map { " (\($0.subject), serial \($0.serial))" } ?? ""
        switch refusal.defect {
        case .expired: return outOfTime(refusal, owner, judge, seconds)
        case .unknownCA, .selfSigned, .invalidSignature:
            let last = refusal.chain.last
            return failure(
                .caUnknown, .tls,
                last.map {
                    "\(judge) does not trust \($0.issuer), the issuer of the certificate of \(owner)\(identity)"
                }
                    ?? "\(judge) does not trust the issuer of the certificate of \(owner)",
                remedy:
                    "if both belong to one cluster, give both a cacertfile with the authorities of both; in a rotation "
                    + "distribute the new one before certificates are issued by it")
        case .name(let expected, let presented):
            let names = presented.isEmpty ? leaf.map { $0.dnsNames + $0.ipAddresses } ?? [] : presented
            // OTP looks for the host part of the name that is dialled.
            let wanted =
                expected
                ?? (refusal.owner == .acceptor
                    ? reasons.attempt.acceptor.name?.split(separator: "@").last.map(String.init) : nil)
            return failure(
                .certificateName, .tls,
                "the certificate of \(owner)\(identity) is for [\(names.joined(separator: ", "))]; \(judge) expects "
                    + (wanted ?? "another name"),
                remedy:
                    "see whether \(judge) dials the right name; then reissue it with \(wanted ?? "the node's host"); an IP "
                    + "address as IP and as DNS name, since OTP compares the latter")
        case .usage:
            let usage = leaf?.extendedKeyUsage.map { ", it is for \($0.joined(separator: " and ")) only" } ?? ""
            return failure(
                .certificateUsage, .tls,
                "\(judge) refuses the certificate of \(owner)\(identity): it may not be used "
                    + "for this\(usage)",
                remedy: "reissue it with serverAuth and clientAuth: every node is both")
        case .revoked:
            return failure(
                .certificateRevoked, .tls, "\(judge) refuses the certificate of \(owner)\(identity) as revoked",
                remedy: "use another certificate")
        case .other(let words):
            return failure(
                .caUnknown, .tls, "\(judge) refuses the certificate of \(owner)\(identity): \(words)",
                remedy: "look at the chain that \(owner) shows, and at the cacertfile of \(judge)",
                unless: "the certificate is damaged, or breaks a constraint of its CA")
        }
    }

    /// OTP has one word for too early and too late.
    private func outOfTime(
        _ refusal: AttemptReasons.Refusal, _ owner: String, _ judge: String, _ now: Int
    ) -> NodeFailure {
        let guilty =
            refusal.index.flatMap { $0 < refusal.chain.count ? refusal.chain[$0] : nil }
            ?? refusal.chain.first { $0.notAfter < now || $0.notBefore > now }
        guard let guilty else {
            return failure(
                .certificateExpired, .tls,
                "\(judge) refuses the certificate of \(owner)"
                    + (refusal.chain.first.map { " (\($0.subject), serial \($0.serial))" } ?? "") + " as expired",
                remedy: "look at the dates of the chain and of the CA, and at the clocks of both hosts",
                unless: "the CA certificate in the cacertfile of \(judge) expired")
        }
        let what = guilty == refusal.chain.first ? "the certificate" : "an intermediate certificate"
        let subject = "\(what) of \(owner) (\(guilty.subject), serial \(guilty.serial))"
        if guilty.notBefore > now {
            return failure(
                .certificateNotYetValid, .tls,
                "\(subject) is valid only from \(UTCTime(seconds: guilty.notBefore)) on, which is "
                    + "\(UTCTime.span(guilty.notBefore - now)) ahead of the clock of \(judge)",
                remedy: "set the clocks of both hosts and of the CA's with NTP")
        }
        return failure(
            .certificateExpired, .tls,
            "\(subject) expired \(UTCTime.span(now - guilty.notAfter)) ago (\(UTCTime(seconds: guilty.notAfter)))",
            remedy: "renew it on \(owner), which reads its files anew within 2 minutes")
    }

    /// The name was answered with a TLS alert.
    func plainToSecure() -> NodeFailure {
        failure(
            .tcpToTLS, .name, "\(initiator) speaks plain distribution to \(acceptor), which requires TLS",
            remedy: "give the initiator -proto_dist inet_tls and an optfile; if it is no node, find out what connects "
                + "from there")
    }

    /// Under TLS 1.3 the alert that refuses a certificate is encrypted, as the certificate is.
    func refusedInSecret(by judge: Role) -> NodeFailure {
        failure(
            .certificateRefused, .tls,
            "\(name(judge)) ended the TLS handshake when the certificate of \(name(judge.other)) was due: it refuses "
                + "that, or misses one; TLS 1.3 encrypts which certificate it is and why",
            remedy:
                "the log of \(name(judge)) says why; `trace dist` and `doctor` find it out; or capture again with the "
                + "secrets of the connection (--keylog)",
            unless: "E-CERT-EXPIRED, E-CA-UNKNOWN, E-CERT-NAME, E-CERT-USAGE or E-CERT-REQUIRED: from outside they "
                + "look the same")
    }

    /// What anybody can see to be wrong with a certificate, where that fits the alert. OTP sends 45 for one that is not
    /// yet valid, and 40 to 46 for one that may not be used so.
    private func defect(
        of leaf: CertificateFacts, _ owner: Role, _ alert: UInt8, _ now: Int
    ) -> CertificateDefect? {
        let isOutOfTime = leaf.notAfter < now || leaf.notBefore > now
        let lacksUsage =
            leaf.extendedKeyUsage.map { !$0.contains(owner == .initiator ? "clientAuth" : "serverAuth") } ?? false
        // The initiator looks for the host part of the name that it dials.
        let host = reasons.attempt.acceptor.name?.split(separator: "@").last.map(String.init)
        return switch alert {
        case 45 where isOutOfTime: .expired
        case 48 where !lacksUsage: .unknownCA
        case 40, 42, 43, 46, 48:
            if lacksUsage {
                .usage
            } else if owner == .acceptor, let host, !leaf.dnsNames.contains(host), !leaf.ipAddresses.contains(host) {
                .name(expected: host, presented: [])
            } else {
                nil
            }
        default: nil
        }
    }

    /// An acceptor whose certificate was seen has agreed on version and cipher suite before.
    private func isBehindHellos(_ sender: Role?) -> Bool {
        sender == .acceptor && !reasons.chain(of: .acceptor).isEmpty
    }

    /// TLS 1.2 has no alert of its own for a certificate that is missing.
    private func withoutCertificate(
        _ alert: AlertFacts, _ owner: Role, _ reason: String, _ said: String
    ) -> NodeFailure? {
        let isSure = alert.description == 116 || reason.contains("no_client_certificate_provided")
        guard isSure || alert.description == 40 && isBehindHellos(owner.other) && reasons.showsNone(owner) else {
            return nil
        }
        return failure(
            .certificateRequired, .tls,
            "\(name(owner.other)) demands a certificate, and \(name(owner)) has none (\(said))",
            remedy: "give the `client` section of its optfile a certfile and a keyfile",
            unless: isSure ? nil : "E-TLS-CIPHER: they have no cipher suite in common")
    }

    /// An alert names a class of reasons; the words of the node that sent it often name the one.
    func alerted(_ alert: AlertFacts, by sender: Role?) -> NodeFailure? {
        let judge = name(sender ?? .acceptor)
        let owner = name(sender?.other ?? .initiator)
        let said = "alert \(alert.description) \(alert.name)"
        let seconds = reasons.attempt.end / 1_000_000
        let leaf = sender.flatMap { reasons.chain(of: $0.other).first }
        let identity = leaf.map { " (\($0.subject), serial \($0.serial))" } ?? ""
        let reason =
            (alert.reason ?? "")
            + reasons.ends.map { if case .tls(let words) = $0.reason { words } else { "" } }
            .joined()
        // The certificate itself often says what is wrong with it.
        if let owner = sender?.other, let leaf, let defect = defect(of: leaf, owner, alert.description, seconds) {
            return refused(
                AttemptReasons.Refusal(
                    owner: owner, chain: [leaf], defect: defect, index: nil, time: reasons.attempt.end))
        }
        if let owner = sender?.other, let failure = withoutCertificate(alert, owner, reason, said) { return failure }
        let refuses = "\(judge) refuses the certificate of \(owner)\(identity) (\(said))"
        switch alert.description {
        case 10 where sender == .acceptor && reason.contains("unsupported_record_type"):
            return failure(
                .tcpToTLS, .tls, "\(initiator) speaks plain distribution to \(acceptor), which requires TLS (\(said))",
                remedy:
                    "give the initiator -proto_dist inet_tls and an optfile; if it is no node, find out what connects "
                    + "from there")
        case _ where reason.contains("hostname_check_failed") || reason.contains("cert_no_hostname"):
            return failure(
                .certificateName, .tls, "\(refuses): it is not for the name that was dialled",
                remedy: "see whether the right name was dialled; then reissue it with the host part of the node name; "
                    + "an IP address as IP and as DNS name")
        case 45:
            if let sender, leaf != nil {
                let refusal = AttemptReasons.Refusal(
                    owner: sender.other, chain: reasons.chain(of: sender.other), defect: .expired, index: nil,
                    time: reasons.attempt.end)
                return refused(refusal)
            }
            return failure(
                .certificateExpired, .tls, "\(refuses) as expired",
                remedy: "renew it on \(owner), and compare the clocks of both hosts",
                unless: leaf == nil ? "an intermediate or CA certificate expired, or it is not valid yet" : nil)
        case 48:
            return failure(
                .caUnknown, .tls, "\(refuses): it does not trust its issuer",
                remedy: "if both belong to one cluster, give both a cacertfile with the authorities of both")
        case 42 where leaf != nil, 40 where leaf != nil && isBehindHellos(sender):
            // Of what OTP refuses so, the rest would be seen in the certificate.
            return failure(
                .certificateName, .tls,
                "\(refuses), which is for [\(leaf.map { $0.dnsNames + $0.ipAddresses }?.joined(separator: ", ") ?? "")]",
                remedy: "the log of \(judge) has the reason; with verify_client the certificate must carry the host of "
                    + "a node that is allowed",
                unless: "E-CERT-USAGE or E-CA-UNKNOWN: it breaks a constraint of its CA")
        case 44:
            return failure(
                .certificateRevoked, .tls, "\(refuses) as revoked",
                remedy: "replace it, and find out why it was revoked")
        case 42, 43, 46, 49:
            return failure(
                .certificateUsage, .tls, "\(refuses)",
                remedy: "the log of \(judge) has the reason; compare usage, names and chain",
                unless: "E-CERT-NAME: it is for another host")
        case 70:
            return failure(
                .tlsVersion, .tls, "\(acceptor) and \(initiator) have no TLS version in common (\(said) of \(judge))",
                remedy: "align `versions` of both optfiles: OTP up to 27 speaks TLS 1.2 only unless it is told to")
        case 71:
            return failure(.tlsCipher, .tls, "\(acceptor) and \(initiator) have no cipher suite in common (\(said))")
        case 40:
            return failure(
                .tlsCipher, .tls, "\(judge) ends the TLS handshake with \(owner) (\(said))",
                remedy: "align `ciphers` and `versions` of both optfiles; the log of \(judge) has the reason",
                unless: "E-CERT-REQUIRED, E-CERT-NAME or E-CERT-USAGE: OTP uses this alert for certificates, too")
        case 80:
            return failure(
                .tlsKey, .tls, "\(judge) has no usable key or certificate (\(said))",
                remedy: "check certfile, keyfile and password in its optfile, and that it may read them",
                unless: "its TLS failed inside for another reason that its log has")
        default:
            return failure(
                .protocolViolation, .tls, "\(judge) ended the TLS handshake with \(owner): \(said)",
                remedy: "see the log of \(judge)")
        }
    }
}

extension AttemptReasons.End {
    /// Whether a TLS alert came where the distribution's own answer was due.
    var isAnsweredInTLS: Bool {
        guard case .notDistribution(let bytes) = reason, sender == .acceptor else { return false }
        return bytes.count >= 2 && bytes[0] == 21 && bytes[1] == 3
    }
}
