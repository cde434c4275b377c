import ByteTransport
import Diagnosis

/// What the peer found wrong (RFC 8446 §6.2). An alert names a class of reasons; our own certificate, looked at with
/// the peer's eyes, often tells which one it is.
extension AttemptExplainer {
    func peerRefused(_ alert: UInt8, _ tls: TLSFailure) -> NodeFailure {
        let said = TLSAlert.words(alert)
        // Its ServerHello: from then on it is certificates, before it is parameters.
        let answered = tls.messages.contains { $0.fromPeer && $0.content == .handshake(type: 2) }
        switch alert {
        case TLSAlert.protocolVersion: return noVersion(tls, said)
        case TLSAlert.insufficientSecurity: return noCipher(tls, said)
        case TLSAlert.handshakeFailure where !answered: return noCipher(tls, said)
        case TLSAlert.internalError where !answered:
            return failure(
                .tlsKey, .tls, "\(node) has no usable key or certificate for TLS (\(said))",
                remedy: "check certfile, keyfile and password in the node's optfile, and that it may read them")
        case TLSAlert.certificateRequired: return certificateRequired(said)
        case TLSAlert.certificateExpired, TLSAlert.unknownCA, TLSAlert.handshakeFailure, TLSAlert.badCertificate,
            TLSAlert.unsupportedCertificate, TLSAlert.certificateUnknown, TLSAlert.certificateRevoked,
            TLSAlert.accessDenied:
            guard let own = tls.ownCertificate else {
                if tls.certificateRequested { return certificateRequired(said) }
                return noCipher(tls, said)
            }
            return ourCertificateRefused(alert, own, said)
        default:
            return failure(
                .protocolViolation, .tls, "\(node) ended the TLS handshake with \(said)",
                remedy: "look at the node's log for the reason of this alert")
        }
    }

    /// The peer closed without an alert after our side of a TLS 1.3 handshake was over. Its verdict on our certificate
    /// comes then only, and can be lost; what is plainly wrong with our certificate is named as likely.
    /// - Returns: nil when nothing is.
    func closedAfterHandshake(_ tls: TLSFailure) -> NodeFailure? {
        guard tls.agreedVersion == "TLS 1.3", tls.certificateRequested else { return nil }
        let found: NodeFailure
        if let own = tls.ownCertificate {
            guard let defect = defect(of: own, said: "it closed without an alert") else { return nil }
            found = defect
        } else {
            found = certificateRequired("it closed without an alert")
        }
        var likely = found
        likely.certainty = .likely(alternative: "the node is stopping, or closed for another reason that its log has")
        return likely
    }

    private func noVersion(_ tls: TLSFailure, _ said: String) -> NodeFailure {
        let versions = tls.offer?.versions ?? []
        let remedy =
            if versions.isEmpty || versions.count > 1 {
                "align `versions` of both optfiles"
            } else if versions == ["TLS 1.2"] {
                "it wants TLS 1.3: allow 'tlsv1.3' in `versions` of our optfile, or 'tlsv1.2' in the node's"
            } else {
                "allow 'tlsv1.2' in `versions` of our optfile: OTP up to 27 speaks nothing else unless it is told to"
            }
        return failure(
            .tlsVersion, .tls, "\(node) takes no TLS version that we offer (\(said)); we offer \(Self.offered(tls))",
            remedy: remedy)
    }

    private func noCipher(_ tls: TLSFailure, _ said: String) -> NodeFailure {
        failure(
            .tlsCipher, .tls,
            "\(node) finds no cipher suite, group or signature algorithm that it can use among ours (\(said)); "
                + "we offer \(Self.offered(tls))",
            remedy:
                "align `ciphers` of both optfiles; the suites must fit the kind of key that the node has (EC or RSA)"
        )
    }

    private func certificateRequired(_ said: String) -> NodeFailure {
        failure(
            .certificateRequired, .tls, "\(node) demands a client certificate, and we have none (\(said))",
            remedy: "give --cert and --key, or a `client` section with certfile and keyfile in the optfile")
    }

    private func ourCertificateRefused(_ alert: UInt8, _ own: CertificateFacts, _ said: String) -> NodeFailure {
        if alert == TLSAlert.unknownCA {
            return failure(
                .caUnknown, .tls,
                "\(node) does not trust \(own.issuer), the issuer of our certificate (\(own.identity); \(said))",
                remedy: "use a certificate of the cluster's CA, or add our CA to the node's cacertfile",
                unless: own.isSelfIssued ? nil : "the intermediate certificate is missing in our certfile")
        }
        if let defect = defect(of: own, said: said) { return defect }
        let ours = "our certificate (\(own.identity); \(said))"
        switch alert {
        case TLSAlert.certificateExpired:
            return failure(
                .certificateExpired, .tls,
                "\(node) refuses \(ours) as expired; by this side's clock (\(UTCTime(seconds: now))) it is valid from "
                    + "\(UTCTime(seconds: own.notBefore)) to \(UTCTime(seconds: own.notAfter))",
                remedy: "compare the clocks of both hosts, then look at the certificates of our issuers",
                unless: "an intermediate or CA certificate expired")
        case TLSAlert.certificateRevoked:
            return failure(
                .certificateRevoked, .tls, "\(node) refuses \(ours) as revoked", remedy: "use another certificate")
        default:
            return failure(
                .certificateUsage, .tls, "\(node) refuses \(ours); for a client it looks right: \(own.usageWords)",
                remedy: "the node's log has the reason; compare usage, names and chain with what its CA allows",
                unless:
                    "E-CERT-NAME, or E-CA-UNKNOWN: the chain has a wrong signature, or breaks a constraint of its CA")
        }
    }

    /// What anybody can see to be wrong with our certificate as a client's. OTP sends alert 45 for one that is not yet
    /// valid, and 40 for one without clientAuth.
    private func defect(of own: CertificateFacts, said: String) -> NodeFailure? {
        let ours = "\(node) refuses our certificate (\(own.identity); \(said))"
        if own.notBefore > now {
            return failure(
                .certificateNotYetValid, .tls, "\(ours): it is valid only from \(ahead(own.notBefore))",
                remedy: Self.clockRemedy)
        }
        if own.notAfter < now {
            return failure(
                .certificateExpired, .tls, "\(ours): it expired \(ago(own.notAfter))",
                remedy: "renew our certificate (--cert and --key, or certfile and keyfile in the optfile)")
        }
        if let usage = own.extendedKeyUsage, !usage.contains("clientAuth") {
            return failure(
                .certificateUsage, .tls, "\(ours): it lacks clientAuth, \(own.usageWords)", remedy: Self.usageRemedy)
        }
        if own.isSelfIssued {
            return failure(
                .caUnknown, .tls, "\(ours): it signs itself", remedy: "use a certificate of the cluster's CA",
                unless: "the node trusts it, and refuses it for another reason that its log has")
        }
        return nil
    }
}
