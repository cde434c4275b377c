/// What one node has against the other's certificate.
extension WatchedWords {
    func refused(_ fault: CertificateFault) -> NodeFailure {
        let (owner, judge) = (name(fault.owner), name(fault.owner.other))
        let identity = fault.leaf.map { " (\($0.subject), serial \($0.serial))" } ?? ""
        let refuses =
            "\(judge) refuses the certificate of \(owner)\(identity)"
            + (fault.alert.map {
                " (\(said($0)))"
            } ?? "")
        switch fault.kind {
        case .expired, .notYetValid: return outOfTime(fault, owner, judge, refuses)
        case .unknownCA, .signsItself: return untrusted(fault, owner, judge, identity, refuses)
        case .name(let expected, let presented):
            return otherName(fault, expected, presented, owner, judge, identity, refuses)
        case .usage:
            let usage = fault.leaf?.extendedKeyUsage.map { ", it is for \($0.joined(separator: " and ")) only" } ?? ""
            return failure(
                "\(judge) refuses the certificate of \(owner)\(identity): it may not be used for this\(usage)",
                "reissue it with serverAuth and clientAuth: every node is both")
        case .revoked:
            return failure("\(refuses) as revoked", "replace it, and find out why it was revoked")
        case .revocationUnknown:
            return failure(
                "\(judge) cannot find out whether the certificate of \(owner)\(identity) is revoked: "
                    + "\(fault.words ?? "")",
                "give \(judge) the CRL of the issuer where crl_cache looks for it")
        case .unclear where fault.words != nil:
            return failure(
                "\(judge) refuses the certificate of \(owner)\(identity): \(fault.words ?? "")",
                "look at the chain that \(owner) shows, and at the cacertfile of \(judge)",
                unless: "the certificate is damaged, or breaks a constraint of its CA")
        case .unclear:
            return failure(
                refuses, "the log of \(judge) has the reason; compare usage, names and chain",
                unless: "E-CERT-NAME: it is for another host; or E-CA-UNKNOWN: it breaks a constraint of its CA")
        }
    }

    /// Trust is never widened as the first thing to do.
    private func untrusted(
        _ fault: CertificateFault, _ owner: String, _ judge: String, _ identity: String, _ refuses: String
    ) -> NodeFailure {
        let remedy: Remedy =
            "give \(owner) a certificate of the cluster's CA; only where its CA is the cluster's next one, distribute "
            + "that to every cacertfile before certificates are issued by it"
        if fault.kind == .signsItself {
            return failure(
                "\(refuses): it signs itself", remedy,
                unless: "\(judge) trusts it, and refuses it for another reason that its log has")
        }
        guard let issuer = fault.chain.last?.issuer else {
            return failure("\(refuses): it does not trust its issuer", remedy)
        }
        return failure(
            "\(judge) does not trust \(issuer), the issuer of the certificate of \(owner)\(identity)", remedy)
    }

    private func otherName(
        _ fault: CertificateFault, _ expected: String?, _ presented: [String], _ owner: String, _ judge: String,
        _ identity: String, _ refuses: String
    ) -> NodeFailure {
        let names = presented.isEmpty ? fault.leaf.map { $0.dnsNames + $0.ipAddresses } ?? [] : presented
        let list = names.isEmpty ? "no host name at all" : "[\(names.joined(separator: ", "))]"
        if fault.alert != nil, expected == nil {
            guard fault.leaf != nil else {
                return failure(
                    "\(refuses): it is not for the name that was dialled",
                    "see whether the right name was dialled; then reissue it with the host part of the node name; an "
                        + "IP address as IP and as DNS name")
            }
            return failure(
                "\(refuses), which is for \(list)",
                "the log of \(judge) has the reason; with verify_client the certificate must carry the host of a node "
                    + "that is allowed",
                unless: "E-CERT-USAGE or E-CA-UNKNOWN: it breaks a constraint of its CA")
        }
        return failure(
            "the certificate of \(owner)\(identity) is for \(list); \(judge) expects " + (expected ?? "another name"),
            "see whether \(judge) dials the right name; then reissue it with \(expected ?? "the node's host"); an IP "
                + "address as IP and as DNS name, since OTP compares the latter")
    }

    private func outOfTime(_ fault: CertificateFault, _ owner: String, _ judge: String, _ refuses: String)
        -> NodeFailure
    {
        guard let guilty = fault.guilty, guilty.notAfter < facts.now || guilty.notBefore > facts.now else {
            return failure(
                "\(refuses) as expired",
                fault.leaf == nil
                    ? "renew it on \(owner), and compare the clocks of both hosts"
                    : "look at the dates of the chain and of the CA, and at the clocks of both hosts",
                unless: fault.leaf == nil
                    ? "an intermediate or CA certificate expired, or it is not valid yet"
                    : "the CA certificate in the cacertfile of \(judge) expired")
        }
        let what = guilty == fault.leaf ? "the certificate" : "an intermediate certificate"
        let subject = "\(what) of \(owner) (\(guilty.subject), serial \(guilty.serial))"
        if guilty.notBefore > facts.now {
            return failure(
                "\(subject) is valid only from \(UTCTime(seconds: guilty.notBefore)) on, which is "
                    + "\(UTCTime.span(guilty.notBefore - facts.now)) ahead of the clock of \(judge)",
                Phrases.clocks)
        }
        return failure(
            "\(subject) expired \(Phrases.ago(guilty.notAfter, now: facts.now))",
            "renew it on \(owner), which reads its files anew within 2 minutes")
    }

    /// TLS 1.2 has no alert of its own for a certificate that is missing.
    func withoutCertificate(_ owner: Role, _ alert: AlertFacts?) -> NodeFailure {
        failure(
            "\(name(owner.other)) demands a certificate, and \(name(owner)) has none"
                + (alert.map {
                    " (\(said($0)))"
                } ?? ""),
            "give the `client` section of its optfile a certfile and a keyfile",
            unless: "E-TLS-CIPHER: they have no cipher suite in common")
    }

    func closedOverCertificate(_ fault: CertificateFault?) -> NodeFailure {
        let found = fault.map { refused($0) } ?? withoutCertificate(.initiator, nil)
        return failure(
            found.message, found.remedy,
            unless: "\(acceptor) is stopping, or closed for another reason that its log has")
    }

    /// Under TLS 1.3 the alert that refuses a certificate is encrypted, as the certificate is.
    func refusedInSecret(by judge: Role) -> NodeFailure {
        failure(
            "\(name(judge)) ended the TLS handshake when the certificate of \(name(judge.other)) was due: it refuses "
                + "that, or misses one; TLS 1.3 encrypts which certificate it is and why",
            "the log of \(name(judge)) says why; `trace dist` and `doctor` find it out; or capture again with the "
                + "secrets of the connection (\(.keyLog))",
            unless: "E-CERT-EXPIRED, E-CA-UNKNOWN, E-CERT-NAME, E-CERT-USAGE or E-CERT-REQUIRED: from outside they "
                + "look the same")
    }
}
