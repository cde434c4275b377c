/// An alert names a class of reasons. The certificate, the words of the node that sent it, and what came before it say
/// which one it is.
extension AttemptRules {
    func alerted(_ alert: AlertFacts, by sender: Role?) -> Finding {
        let owner = (sender ?? .acceptor).other
        let reason =
            (alert.reason ?? "") + facts.ends.map { if case .tls(let words) = $0.reason { words } else { "" } }.joined()
        if sender == .acceptor, alert.description == TLSAlert.unexpectedMessage,
            reason.contains("unsupported_record_type")
        {
            return unlikeTLS(Self.recordType(reason), alert)
        }
        if TLSAlert.refusesCertificates.contains(alert.description) {
            return certificateRefused(alert, owner, sender, reason)
        }
        switch alert.description {
        // OTP 25 does not read the alert of an initiator that refuses its certificate under TLS 1.3 (measured).
        case TLSAlert.badRecordMAC where sender == .acceptor && facts.own == nil && !facts.isSecured:
            return Finding(
                .certificateRefused, .tls, .sealedRefusal(by: .initiator),
                unless: Self.refusals + [.protocolViolation])
        case TLSAlert.protocolVersion: return Finding(.tlsVersion, .tls, .noCommonVersion(alert, by: sender, nil))
        case TLSAlert.insufficientSecurity: return Finding(.tlsCipher, .tls, .noCommonCipher(alert, by: sender, nil))
        case TLSAlert.internalError where !isBehindHello:
            // A trace on a node sees no hello.
            return Finding(.tlsKey, .tls, .unusableKey(alert, by: sender ?? .acceptor), unless: [.protocolViolation])
        default: return Finding(.protocolViolation, .tls, .otherAlert(alert, by: sender))
        }
    }

    /// What dialled an acceptor that speaks TLS does not. The distribution begins with the length of a short message, so
    /// with 0; HTTP and SSH with a letter.
    func unlikeTLS(_ first: UInt8?, _ alert: AlertFacts?) -> Finding {
        guard let first, first != 0 else { return Finding(.tcpToTLS, .tls, .plainToSecure(alert)) }
        return Finding(.protocolViolation, .tls, .strangerToSecure(first))
    }

    /// The first byte of what came instead of a TLS record, as OTP's `{unsupported_record_type,71}` has it.
    private static func recordType(_ reason: String) -> UInt8? {
        let words = reason.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")) }
        return words.firstIndex(of: "unsupported_record_type").flatMap { place in
            place + 1 < words.count ? UInt8(words[place + 1]) : nil
        }
    }

    /// Whether the acceptor had agreed on version and cipher suite before the end: from then on it is certificates. A
    /// trace on a node sees no hello, and knows it by the certificate.
    var isBehindHello: Bool { facts.isHelloAnswered || facts.leaf(of: .acceptor) != nil }

    private func certificateRefused(_ alert: AlertFacts, _ owner: Role, _ sender: Role?, _ reason: String) -> Finding {
        let isOfCertificates = alert.description != TLSAlert.handshakeFailure || isBehindHello
        if reason.contains("no_client_certificate_provided") || alert.description == TLSAlert.certificateRequired {
            return Finding(.certificateRequired, .tls, .noCertificate(of: owner, alert))
        }
        if reason.contains("hostname_check_failed") || reason.contains("cert_no_hostname") {
            return finding(of: fault(.name(expected: nil, presented: []), owner, alert))
        }
        if alert.description == TLSAlert.certificateRevoked {
            return finding(of: fault(.revoked(since: nil), owner, alert))
        }
        // OTP's acceptor sends alert 40 also before its hello, and its initiator about what the hello is followed by.
        if isOfCertificates || facts.leaf(of: owner) != nil && sender == .initiator {
            if let visible = visibleDefect(of: owner, alert) { return finding(of: visible) }
            // TLS 1.2 has no alert of its own for a certificate that is missing.
            if owner == .initiator, facts.hasNoCertificate(.initiator) {
                return Finding(
                    .certificateRequired, .tls, .noCertificate(of: owner, alert),
                    unless: facts.isCertificateRequested ? nil : [.tlsCipher])
            }
        }
        switch alert.description {
        case TLSAlert.certificateExpired:
            return Finding(
                .certificateExpired, .tls, .certificate(fault(.expired, owner, alert)),
                unless: [.certificateNotYetValid])
        case TLSAlert.unknownCA:
            let isWhole = facts.own == nil || facts.leaf(of: owner)?.isSelfIssued != false
            return Finding(
                .caUnknown, .tls, .certificate(fault(.unknownCA, owner, alert)), unless: isWhole ? nil : [])
        case TLSAlert.handshakeFailure where !isOfCertificates:
            return Finding(
                .tlsCipher, .tls, .noCommonCipher(alert, by: sender, nil),
                unless: facts.own == nil ? [.certificateRequired, .certificateName, .certificateUsage] : nil)
        case TLSAlert.handshakeFailure where facts.leaf(of: owner) == nil:
            return Finding(
                .tlsCipher, .tls, .noCommonCipher(alert, by: sender, nil),
                unless: [.certificateRequired, .certificateName, .certificateUsage])
        case TLSAlert.handshakeFailure, TLSAlert.badCertificate:
            guard facts.leaf(of: owner) != nil else { break }
            // What OTP refuses so, and cannot be seen in the certificate: its names, and its chain.
            return Finding(
                .certificateName, .tls, .certificate(fault(.name(expected: nil, presented: []), owner, alert)),
                unless: [.certificateUsage, .caUnknown])
        default: break
        }
        return finding(of: fault(.unclear, owner, alert))
    }

    private func fault(_ kind: CertificateFault.Kind, _ owner: Role, _ alert: AlertFacts) -> CertificateFault {
        CertificateFault(
            kind: kind, owner: owner, chain: facts.certificates[owner] ?? [], guilty: facts.leaf(of: owner), depth: 0,
            alert: alert)
    }
}
