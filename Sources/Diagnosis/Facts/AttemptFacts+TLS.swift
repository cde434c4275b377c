extension AttemptFacts {
    /// What the TLS library of our own side saw.
    /// - Parameter role: of this side, which saw it.
    package mutating func add(_ tls: TLSFailure, seenBy role: Role = .initiator) {
        let peer = role.other
        if !tls.peerChain.isEmpty { certificates[peer] = tls.peerChain }
        if let leaf = tls.ownCertificate {
            certificates[role] = [leaf]
        } else if tls.certificateRequested {
            certificates[role] = []
        }
        isCertificateRequested = tls.certificateRequested
        isHelloAnswered = tls.messages.contains { message in
            if case .handshake = message.content { message.fromPeer } else { false }
        }
        version = tls.agreedVersion
        own?.offer = tls.offer
        own?.trusted = tls.trusted
        switch tls.cause {
        case .alertReceived(let description):
            alerts.append(Alert(sender: peer, AlertFacts(level: 2, description: description)))
        case .certificateRefused(let error, let depth, let reason):
            let refused = tls.refused ?? (depth < tls.peerChain.count ? tls.peerChain[depth] : tls.peerChain.last)
            refusals.append(
                Refusal(
                    owner: peer, chain: tls.peerChain, defect: CertificateDefect(verifyError: error, reason),
                    depth: depth, refused: refused, words: reason, revokedAt: tls.revokedAt))
        case .nameMismatch(let expected):
            refusals.append(
                Refusal(
                    owner: peer, chain: tls.peerChain, defect: .name(expected: expected, presented: []), depth: 0))
        case .noCertificate:
            // It was asked for one, or none would be missed.
            isCertificateRequested = true
            certificates[peer] = []
            alerts.append(
                Alert(
                    sender: role,
                    AlertFacts(level: 2, description: tls.ownAlert ?? TLSAlert.certificateRequired)))
        case .notTLS, .closedDuringHandshake, .noCommonParameters, .badSignature, .library: break
        }
    }
}

extension TLSFailure {
    /// What this side said last.
    fileprivate var ownAlert: UInt8? {
        messages.reversed().lazy.compactMap { message in
            if case .alert(_, let description) = message.content, !message.fromPeer { description } else { nil }
        }.first
    }
}

extension CertificateDefect {
    /// OpenSSL's X509_V_ERR numbers (`x509_vfy.h`), stable since 1.0; named here so that no TLS library is imported.
    fileprivate init(verifyError: Int32, _ reason: String) {
        switch verifyError {
        // Not yet valid, expired: the dates say which.
        case 9, 10: self = .expired
        case 23: self = .revoked
        case 26: self = .usage
        // No CRL; one of the future or of the past; no issuer of it; one of another scope.
        case 3, 11, 12, 33, 44: self = .revocationUnknown(reason, isBeyondRepair: false)
        // Of our own judgement: CRLs do not reach as far down the chain.
        case 50: self = .revocationUnknown(reason, isBeyondRepair: true)
        // Unable to get issuer, self-signed, unable to verify leaf, signature failure, untrusted.
        case 2, 4, 6, 7, 18, 19, 20, 21, 27: self = .unknownCA
        default: self = .other(reason)
        }
    }
}
