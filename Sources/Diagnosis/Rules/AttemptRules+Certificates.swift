/// Certificates and alerts.
extension AttemptRules {
    /// One end looked at the other's certificate and did not like it.
    func refused(_ refusal: AttemptFacts.Refusal) -> Finding {
        let found = refusal.refused ?? refusal.depth.flatMap { $0 < refusal.chain.count ? refusal.chain[$0] : nil }
        var fault = CertificateFault(
            kind: .unclear, owner: refusal.owner, chain: refusal.chain, guilty: found ?? refusal.chain.first,
            depth: refusal.depth ?? 0, alert: nil, words: refusal.words)
        switch refusal.defect {
        case .expired:
            // OTP has one word for too early and too late.
            fault.guilty = found ?? refusal.chain.first { isOutOfTime($0) }
            fault.depth = refusal.depth ?? fault.guilty.flatMap { refusal.chain.firstIndex(of: $0) } ?? 0
            return outOfTime(fault)
        case .unknownCA, .invalidSignature:
            fault.kind = .unknownCA
            return Finding(
                .caUnknown, .tls, .certificate(fault), unless: isChainIncomplete(fault) ? [] : nil)
        case .selfSigned:
            fault.kind = .signsItself
            return Finding(.caUnknown, .tls, .certificate(fault))
        case .name(let expected, let presented):
            fault.kind = .name(expected: expected ?? hostDialled(refusal.owner), presented: presented)
            return Finding(.certificateName, .tls, .certificate(fault))
        case .usage:
            fault.kind = .usage
            return Finding(.certificateUsage, .tls, .certificate(fault))
        case .revoked:
            fault.kind = .revoked(since: refusal.revokedAt)
            return Finding(.certificateRevoked, .tls, .certificate(fault))
        case .revocationUnknown(let words, let isBeyondRepair):
            fault.kind = .revocationUnknown(isBeyondRepair: isBeyondRepair)
            fault.words = words
            return Finding(.tlsStrict, .tls, .certificate(fault))
        case .other(let words):
            fault.words = words
            return Finding(.caUnknown, .tls, .certificate(fault), unless: [])
        }
    }

    /// The owner shows no certificate above its own: the path may be what is missing, and not the trust.
    private func isChainIncomplete(_ fault: CertificateFault) -> Bool {
        guard let own = facts.own, let leaf = fault.leaf, fault.owner == .acceptor else { return false }
        let issuer = fault.chain.last { $0.isSelfIssued && $0 != leaf }
        let name = issuer?.subject ?? fault.chain.last?.issuer
        return issuer == nil && !leaf.isSelfIssued && !own.trusted.contains { $0.subject == name }
    }

    private func outOfTime(_ fault: CertificateFault) -> Finding {
        var fault = fault
        if let guilty = fault.guilty, guilty.notBefore > facts.now {
            fault.kind = .notYetValid
            return Finding(.certificateNotYetValid, .tls, .certificate(fault))
        }
        fault.kind = .expired
        let isSeen = fault.guilty.map { $0.notAfter < facts.now } ?? false
        return Finding(
            .certificateExpired, .tls, .certificate(fault), unless: isSeen ? nil : [.certificateNotYetValid])
    }

    func isOutOfTime(_ certificate: CertificateFacts) -> Bool {
        certificate.notAfter < facts.now || certificate.notBefore > facts.now
    }

    /// The initiator looks for the host part of the name that it dials.
    private func hostDialled(_ owner: Role) -> String? {
        guard owner == .acceptor else { return nil }
        return facts.acceptor.name?.split(separator: "@").last.map(String.init)
    }

    /// What anybody can see to be wrong with a certificate that an alert refuses. The same alert stands for many reasons,
    /// and OTP and OpenSSL choose differently: 42 and 45 for one that is not valid yet, 40, 43 and 46 for one that may
    /// not be used so.
    func visibleDefect(of owner: Role, _ alert: AlertFacts?) -> CertificateFault? {
        guard let leaf = facts.leaf(of: owner) else { return nil }
        var fault = CertificateFault(
            kind: .unclear, owner: owner, chain: facts.certificates[owner] ?? [], guilty: leaf, depth: 0, alert: alert)
        let lacksUsage =
            leaf.extendedKeyUsage.map { !$0.contains(owner == .initiator ? "clientAuth" : "serverAuth") } ?? false
        if alert?.description == TLSAlert.unknownCA {
            // OTP looks at the usage before it looks for the issuer.
            guard lacksUsage, facts.own == nil else { return nil }
            fault.kind = .usage
            return fault
        }
        if leaf.notBefore > facts.now {
            fault.kind = .notYetValid
        } else if leaf.notAfter < facts.now {
            fault.kind = .expired
        } else if alert?.description == TLSAlert.certificateExpired {
            return nil
        } else if lacksUsage {
            fault.kind = .usage
        } else if leaf.isSelfIssued {
            fault.kind = .signsItself
        } else if let host = hostDialled(owner), !leaf.dnsNames.contains(host), !leaf.ipAddresses.contains(host) {
            fault.kind = .name(expected: host, presented: [])
        } else {
            return nil
        }
        return fault
    }

    func finding(of fault: CertificateFault) -> Finding {
        let cause = FailureCause.certificate(fault)
        return switch fault.kind {
        case .expired: Finding(.certificateExpired, .tls, cause)
        case .notYetValid: Finding(.certificateNotYetValid, .tls, cause)
        case .unknownCA: Finding(.caUnknown, .tls, cause)
        // It may be trusted as it is, and refused for another reason.
        case .signsItself: Finding(.caUnknown, .tls, cause, unless: [])
        case .name: Finding(.certificateName, .tls, cause)
        case .usage: Finding(.certificateUsage, .tls, cause)
        case .revoked: Finding(.certificateRevoked, .tls, cause)
        case .revocationUnknown: Finding(.tlsStrict, .tls, cause)
        case .unclear: Finding(.certificateUsage, .tls, cause, unless: [.certificateName, .caUnknown])
        }
    }
}
