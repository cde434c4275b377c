/// What this side has against the node's certificate, and the node against ours.
extension OwnWords {
    // MARK: the node's

    func weRefuse(_ fault: CertificateFault) -> NodeFailure {
        guard let guilty = fault.guilty else {
            return failure(
                "the certificate of \(node) is not accepted: \(fault.words ?? "it shows none")",
                "look at the chain that it shows, and at the CA file (\(.authorities))",
                unless: "the certificate is damaged or breaks a constraint of its CA")
        }
        let what = "\(guilty.role(at: fault.depth)) of \(node) (\(guilty.identity))"
        switch fault.kind {
        case .expired:
            return failure(
                "\(what) expired \(ago(guilty.notAfter))",
                fault.depth == 0
                    ? "renew it, and replace the node's certfile: the node reads that within 2 minutes by itself"
                    : "a new one has to go to every node and to this side (\(.authorities)) before certificates are "
                        + "issued by it",
                unless: "the clocks differ, and it is not valid yet")
        case .notYetValid:
            return failure("\(what) is valid only from \(ahead(guilty.notBefore))", Phrases.clocks)
        case .usage:
            return failure(
                "\(what) may not be used \(fault.depth == 0 ? "by a server" : "for this"): \(guilty.usageWords)",
                Phrases.usage)
        case .revoked(let since):
            return failure(
                "\(what) was revoked" + (since.map { " \(ago($0))" } ?? "") + " by \(guilty.issuer)",
                "replace it; until it is known why it was revoked, do not believe who shows it")
        case .revocationUnknown(let isBeyondRepair):
            return revocationUnknown(what, guilty, fault.words ?? "", isBeyondRepair: isBeyondRepair)
        case .unknownCA, .signsItself: return untrusted(guilty, fault)
        case .name(let expected, _): return otherName(expected ?? "another name", fault.leaf)
        case .unclear:
            return failure(
                "\(what) is not accepted: \(fault.words ?? "")",
                "look at the chain that the node shows, and at the CA file (\(.authorities))",
                unless: "the certificate is damaged or breaks a constraint of its CA")
        }
    }

    private func revocationUnknown(
        _ what: String, _ guilty: CertificateFacts, _ reason: String, isBeyondRepair: Bool
    ) -> NodeFailure {
        guard !isBeyondRepair else {
            return failure(
                "whether \(what) is revoked cannot be found out: \(reason)",
                "no file helps here, and a node of OTP refuses it as well: have the certificate issued by an authority "
                    + "that the root itself has issued")
        }
        return failure(
            "whether \(what) is revoked cannot be found out: the directory that crl_cache names has no CRL of "
                + "\(guilty.issuer) that is valid now (\(reason))",
            "put its CRL there as HASH.r0, with HASH of `openssl crl -hash -noout`")
    }

    /// Trust is never widened as the first thing to do: who answers may be somebody else.
    private func untrusted(_ refused: CertificateFacts, _ fault: CertificateFault) -> NodeFailure {
        let leaf = fault.leaf ?? refused
        // The issuer's own certificate is there only when the node shows it.
        let issuer = fault.chain.last { $0.isSelfIssued && $0 != leaf }
        let name = issuer?.subject ?? fault.chain.last?.issuer ?? refused.issuer
        let isNamesake = own.trusted.contains { $0.subject == name }
        let trusted = own.trusted.map { "\($0.subject) (\($0.shortFingerprint))" }.joined(separator: "; ")
        let subject =
            leaf.isSelfIssued
            ? "this side does not trust the certificate of \(node) (\(leaf.identity), \(leaf.shortFingerprint)), which "
                + "signs itself"
            : "this side does not trust \(name)\(issuer.map { " (\($0.shortFingerprint))" } ?? ""), the issuer of "
                + "\(node)'s certificate (\(leaf.identity))"
        return failure(
            "\(subject); it trusts \(trusted.isEmpty ? "nobody" : trusted)",
            isNamesake
                ? "the node needs a certificate of the cluster's CA; another CA has the same name here: if it was "
                    + "replaced, get its new file from who did that, never from what answers here, and give it with "
                    + "\(.authorities); in a rotation both sides need a bundle of the old and the new one first"
                : "the node needs a certificate of the cluster's CA; if it has one, give this side that CA's file "
                    + "(\(.authorities), or cacertfile in the optfile), from who runs the cluster and never from what "
                    + "answers here",
            unless: "the node does not show the intermediate certificates between its own and the CA "
                + "(\(fault.words ?? ""))")
    }

    private func otherName(_ expected: String, _ leaf: CertificateFacts?) -> NodeFailure {
        let isAddress = expected.contains(":") || expected.allSatisfy { $0.isNumber || $0 == "." }
        let other = leaf?.dnsNames.first ?? leaf?.ipAddresses.first
        let reissue: Remedy =
            "see whether \(node) is the node's name, and this its address; if so, reissue the certificate with "
            + "\(expected)\(isAddress ? ", as an IP and as a DNS name, since OTP compares the latter" : "")"
        return failure(
            "the certificate of \(node) (\(leaf?.identity ?? "no subject")) is for \(leaf?.nameWords ?? "nobody"); "
                + "this side expects \(expected)",
            other.map { reissue + "; or, if the node is known to be \($0), expect that for once: \(.serverName($0))" }
                ?? reissue)
    }

    // MARK: ours

    func certificateRequired(_ said: String) -> NodeFailure {
        failure(
            "\(node) demands a client certificate, and we have none (\(said))",
            "give \(.ownCertificate), or a `client` section with certfile and keyfile in the optfile",
            unless: "E-TLS-CIPHER: the two have no cipher suite in common")
    }

    /// - Parameter fault: of our own certificate; nil where we have none.
    func closedOverCertificate(_ fault: CertificateFault?) -> NodeFailure {
        let failure = fault.map { ourCertificate($0) } ?? certificateRequired(said(nil))
        return NodeFailure(
            finding, node: node, message: failure.message, remedy: failure.remedy,
            unless: "the node is stopping, or closed for another reason that its log has")
    }

    func ourCertificate(_ fault: CertificateFault) -> NodeFailure {
        let said = said(fault.alert)
        guard let own = fault.leaf else { return unseenCertificate(fault, said) }
        let ours = "\(node) refuses our certificate (\(own.identity); \(said))"
        switch fault.kind {
        case .notYetValid:
            return failure("\(ours): it is valid only from \(ahead(own.notBefore))", Phrases.clocks)
        case .expired where own.notAfter < facts.now:
            return failure(
                "\(ours): it expired \(ago(own.notAfter))",
                "renew our certificate (\(.ownCertificate), or certfile and keyfile in the optfile)")
        case .expired:
            return failure(
                "\(node) refuses our certificate (\(own.identity); \(said)) as expired; by this side's clock "
                    + "(\(UTCTime(seconds: facts.now))) it is valid from \(UTCTime(seconds: own.notBefore)) to "
                    + "\(UTCTime(seconds: own.notAfter))",
                "compare the clocks of both hosts, then look at the certificates of our issuers",
                unless: "an intermediate or CA certificate expired")
        case .usage:
            return failure("\(ours): it lacks clientAuth, \(own.usageWords)", Phrases.usage)
        case .signsItself:
            return failure(
                "\(ours): it signs itself", "use a certificate of the cluster's CA",
                unless: "the node trusts it, and refuses it for another reason that its log has")
        case .unknownCA:
            return failure(
                "\(node) does not trust \(own.issuer), the issuer of our certificate (\(own.identity); \(said))",
                "use a certificate of the cluster's CA, or add our CA to the node's cacertfile",
                unless: "the intermediate certificate is missing in our certfile")
        case .revoked:
            return failure("\(ours) as revoked", "use another certificate")
        case .name, .revocationUnknown, .unclear:
            return failure(
                "\(ours); for a client it looks right: \(own.usageWords)",
                "the node's log has the reason; compare usage, names and chain with what its CA allows",
                unless: finding.code == .certificateName
                    ? "E-CERT-USAGE or E-CA-UNKNOWN: the chain has a wrong signature, or breaks a constraint of its CA"
                    : "E-CERT-NAME, or E-CA-UNKNOWN: the chain has a wrong signature, or breaks a constraint of its CA")
        }
    }

    private func unseenCertificate(_ fault: CertificateFault, _ said: String) -> NodeFailure {
        failure(
            "\(node) refuses our certificate (\(said))",
            "the node's log has the reason; compare usage, names, dates and chain with what its CA allows",
            unless: "another of the reasons for which a certificate is refused")
    }

    func ago(_ time: Int) -> String { Phrases.ago(time, now: facts.now) }

    /// A moment in the future, beside our own clock, which may be the one that is wrong.
    func ahead(_ time: Int) -> String {
        "\(UTCTime(seconds: time)) on, which is \(UTCTime.span(time - facts.now)) ahead of this side's clock "
            + "(\(UTCTime(seconds: facts.now)))"
    }
}
