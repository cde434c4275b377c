import ByteTransport

extension AttemptExplainer {
    /// A TLS handshake that failed, on our side or by the peer's alert.
    func explain(_ tls: TLSFailure) -> NodeFailure {
        switch tls.cause {
        case .alertReceived(let alert): peerRefused(alert, tls)
        case .certificateRefused(let error, let depth, let reason): weRefused(error, depth, reason, tls)
        case .nameMismatch(let expected): otherName(expected, tls)
        case .notTLS(let bytes): notTLS(bytes)
        case .closedDuringHandshake: closed(tls)
        case .noCommonParameters(let text):
            failure(
                text.lowercased().contains("version") ? .tlsVersion : .tlsCipher, .tls,
                "\(node) and this side have no TLS parameters in common: \(text)",
                remedy: "align `versions` and `ciphers` of both optfiles")
        case .badSignature: foreignKey()
        case .library(let text):
            failure(
                .protocolViolation, .tls, "the TLS handshake with \(node) at \(endpoint) failed: \(text)",
                remedy: "run again with --keylog and a packet capture, or look at the node's log")
        }
    }

    // MARK: what we found wrong

    private func weRefused(_ error: Int32, _ depth: Int, _ reason: String, _ tls: TLSFailure) -> NodeFailure {
        let refused = depth < tls.peerChain.count ? tls.peerChain[depth] : tls.peerChain.last
        let what =
            refused.map { "\(Self.role(depth)) of \(node) (\(Self.identity($0)))" } ?? "the certificate of \(node)"
        switch error {
        case VerifyError.expired:
            return failure(
                .certificateExpired, .tls,
                "\(what) expired \(refused.map { ago($0.notAfter) } ?? "")",
                remedy: "renew it on \(node), replace the file and let the node read it again (2 minutes, or a restart)"
            )
        case VerifyError.notYetValid:
            return failure(
                .certificateNotYetValid, .tls,
                "\(what) is valid only from \(refused.map { UTCTime(seconds: $0.notBefore).description } ?? "later"), "
                    + "and this side's clock says \(UTCTime(seconds: now))",
                remedy: "compare the clocks of both machines (NTP)")
        case VerifyError.invalidPurpose:
            return failure(
                .certificateUsage, .tls, "\(what) may not be used by a server: \(Self.usages(refused))",
                remedy: "reissue it with both serverAuth and clientAuth; every node is both")
        case let error where VerifyError.noTrustedPath.contains(error):
            let issuer = tls.peerChain.last?.issuer ?? "an unknown issuer"
            return failure(
                .caUnknown, .tls,
                "this side does not trust the issuer of \(node)'s certificate: \(issuer); "
                    + "it trusts \(Self.list(tls.trustedSubjects)) (\(reason))",
                remedy:
                    "give the CA file that the cluster uses (--ca); when a CA is rotated, distribute the bundle first")
        default:
            return failure(
                .caUnknown, .tls, "\(what) is not accepted: \(reason)", remedy: "look at the chain and the CA file",
                unless: "the certificate is damaged or breaks a constraint of its CA")
        }
    }

    private func otherName(_ expected: String, _ tls: TLSFailure) -> NodeFailure {
        let leaf = tls.peerChain.first
        let names = (leaf?.dnsNames.map { "DNS:\($0)" } ?? []) + (leaf?.ipAddresses.map { "IP:\($0)" } ?? [])
        return failure(
            .certificateName, .tls,
            "the certificate of \(node) is for [\(names.joined(separator: ", "))] (\(leaf?.subject ?? "no subject")); "
                + "this node name needs \(expected)",
            remedy: "reissue it with \(expected) (an IP in both the IP and the DNS form, as OTP compares the latter), "
                + "or name the identity with --server-name")
    }

    private func notTLS(_ bytes: [UInt8]) -> NodeFailure {
        failure(
            .tlsToTCP, .tls, "\(node) at \(endpoint) answers TLS with something else (\(Self.hex(bytes)))",
            remedy: "if the node speaks plain distribution drop the optfile (--transport tcp), else enable TLS on it",
            unless: "another service listens at this port")
    }

    private func closed(_ tls: TLSFailure) -> NodeFailure {
        guard !tls.messages.contains(where: \.fromPeer) else {
            return failure(
                .closed, .tls, "\(node) closed the connection in the middle of the TLS handshake, without an alert",
                remedy: "look at the node's log; a proxy between may have cut the connection")
        }
        return failure(
            .tlsToTCP, .tls, "\(node) at \(endpoint) closed the connection instead of answering our TLS hello",
            remedy: "if the node speaks plain distribution drop the optfile (--transport tcp), else enable TLS on it",
            unless: "E-TLS-KEY: its TLS listener has no usable key or certificate")
    }

    /// A probe without TLS was answered with a distribution status.
    func plainInsteadOfTLS() -> NodeFailure {
        failure(
            .tlsToTCP, .tls, "\(node) at \(endpoint) speaks plain distribution, and this side was told TLS",
            remedy: "drop the optfile (--transport tcp), or enable TLS on the node (-proto_dist inet_tls)")
    }

    /// The listener closes after our hello, and closes or sends a TLS alert when it is given a plain name: it is no
    /// plain node, and does no TLS either. OTP does so when it cannot read its key.
    func unusableKey() -> NodeFailure {
        failure(
            .tlsKey, .tls,
            "\(node) at \(endpoint) closes every connection before its first word, TLS or not, as a node does whose TLS "
                + "listener cannot use its key or certificate",
            remedy: "check certfile, keyfile and password in the node's optfile, and that it may read them; its log "
                + "names the file",
            unless: "a proxy or port-forward has nothing behind it, or the node is stopping")
    }

    /// The node signs with another key than its certificate's.
    private func foreignKey() -> NodeFailure {
        failure(
            .tlsKey, .tls, "the private key of \(node) does not belong to the certificate that it shows",
            remedy: "make keyfile and certfile in the node's optfile one pair, and let the node read them again")
    }

    // MARK: what the peer found wrong (RFC 8446 §6.2)

    private func peerRefused(_ alert: UInt8, _ tls: TLSFailure) -> NodeFailure {
        let name = TLSAlert.name(alert)
        let own = tls.ownCertificate
        let answered = tls.messages.contains { $0.fromPeer && $0.content == .handshake(type: TLSAlert.serverHello) }
        let ours = own.map { "our certificate (\(Self.identity($0)))" } ?? "our certificate"
        switch alert {
        case TLSAlert.certificateExpired:
            if let own, own.notBefore > now { return ourCertificateNotYet(own) }
            let isExpired = own.map { $0.notAfter < now } ?? false
            return failure(
                .certificateExpired, .tls,
                isExpired
                    ? "\(node) refuses \(ours): it expired \(own.map { ago($0.notAfter) } ?? "")"
                    : "\(node) refuses \(ours) as expired (alert \(alert) \(name)); it ends "
                        + "\(own.map { UTCTime(seconds: $0.notAfter).description } ?? "at an unknown time")",
                remedy: "renew our certificate (--cert, --key)",
                unless: isExpired
                    ? nil : "E-CERT-NOT-YET: the node's clock is off, or an intermediate certificate expired")
        case TLSAlert.unknownCA:
            return failure(
                .caUnknown, .tls,
                "\(node) does not trust the issuer of \(ours): \(own?.issuer ?? "unknown") (alert \(alert) \(name))",
                remedy: "use a certificate of the cluster's CA, or add our CA to the node's cacertfile")
        case TLSAlert.certificateRequired: return certificateRequired(alert)
        case TLSAlert.handshakeFailure, TLSAlert.badCertificate, TLSAlert.unsupportedCertificate,
            TLSAlert.certificateUnknown, TLSAlert.accessDenied:
            if !answered, alert == TLSAlert.handshakeFailure {
                return failure(
                    .tlsCipher, .tls,
                    "\(node) has no cipher, group or signature in common with us (alert \(alert) \(name))",
                    remedy: "align `ciphers`, `eccs` and the key type of both sides")
            }
            if tls.certificateRequested || answered, own == nil { return certificateRequired(alert) }
            return ourCertificateUnfit(alert, own, ours)
        case TLSAlert.protocolVersion:
            return failure(
                .tlsVersion, .tls, "\(node) offers none of our TLS versions (alert \(alert) \(name))",
                remedy: "align `versions` of both optfiles; OTP up to 27 uses only TLS 1.2 unless told otherwise")
        case TLSAlert.insufficientSecurity:
            return failure(
                .tlsCipher, .tls, "\(node) wants stronger ciphers than we offer (alert \(alert) \(name))",
                remedy: "align `ciphers` of both sides")
        case TLSAlert.internalError where !answered:
            return failure(
                .tlsKey, .tls, "\(node) has no usable key or certificate for TLS (alert \(alert) \(name))",
                remedy: "check certfile, keyfile and password in the node's optfile, and that it may read them")
        default:
            return failure(
                .protocolViolation, .tls, "\(node) ended the TLS handshake with alert \(alert) (\(name))",
                remedy: "look at the node's log for the reason of this alert")
        }
    }

    private func certificateRequired(_ alert: UInt8) -> NodeFailure {
        failure(
            .certificateRequired, .tls,
            "\(node) demands a client certificate and we have none (alert \(alert) \(TLSAlert.name(alert)))",
            remedy: "give --cert and --key, or a `client` section in the optfile")
    }

    private func ourCertificateNotYet(_ own: CertificateFacts) -> NodeFailure {
        failure(
            .certificateNotYetValid, .tls,
            "\(node) refuses our certificate (\(Self.identity(own))): it is valid only from "
                + "\(UTCTime(seconds: own.notBefore)), and this side's clock says \(UTCTime(seconds: now))",
            remedy: "compare the clocks of both machines (NTP)")
    }

    private func ourCertificateUnfit(_ alert: UInt8, _ own: CertificateFacts?, _ ours: String) -> NodeFailure {
        let said = "alert \(alert) \(TLSAlert.name(alert))"
        if let usage = own?.extendedKeyUsage, !usage.contains("clientAuth") {
            return failure(
                .certificateUsage, .tls, "\(node) refuses \(ours): it lacks clientAuth, \(Self.usages(own)) (\(said))",
                remedy: "reissue it with both serverAuth and clientAuth; every node is both")
        }
        if let own, own.notBefore > now { return ourCertificateNotYet(own) }
        return failure(
            .certificateName, .tls, "\(node) refuses \(ours) (\(said))",
            remedy:
                "compare its names with the hosts that the node allows, and its usage and chain with the CA",
            unless: "E-CERT-USAGE, or a constraint of the CA; the node's log has the reason")
    }

    // MARK: words

    private func ago(_ time: Int) -> String { "\(UTCTime.span(now - time)) ago (\(UTCTime(seconds: time)))" }

    private static func role(_ depth: Int) -> String {
        depth == 0 ? "the certificate" : "the CA certificate (depth \(depth))"
    }

    private static func identity(_ facts: CertificateFacts) -> String { "\(facts.subject), serial \(facts.serial)" }

    private static func usages(_ facts: CertificateFacts?) -> String {
        guard let usage = facts?.extendedKeyUsage else { return "it names no extended key usage" }
        return "it is for \(usage.isEmpty ? "nothing" : usage.joined(separator: ", ")) only"
    }

    private static func list(_ names: [String]) -> String { names.isEmpty ? "nobody" : names.joined(separator: "; ") }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.prefix(16).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined(separator: " ")
    }
}

/// OpenSSL's X509_V_ERR numbers (`x509_vfy.h`), stable since 1.0; named here so that no TLS library is imported.
private enum VerifyError {
    static let notYetValid: Int32 = 9
    static let expired: Int32 = 10
    static let invalidPurpose: Int32 = 26
    /// Unable to get issuer, self-signed, unable to verify leaf, signature failure, untrusted.
    static let noTrustedPath: Set<Int32> = [2, 4, 6, 7, 18, 19, 20, 21, 27]
}

/// Alert descriptions of RFC 8446 §6 and RFC 5246 §7.2.
package enum TLSAlert {
    static let serverHello: UInt8 = 2
    static let handshakeFailure: UInt8 = 40
    static let badCertificate: UInt8 = 42
    static let unsupportedCertificate: UInt8 = 43
    static let certificateExpired: UInt8 = 45
    static let certificateUnknown: UInt8 = 46
    static let unknownCA: UInt8 = 48
    static let accessDenied: UInt8 = 49
    static let protocolVersion: UInt8 = 70
    static let insufficientSecurity: UInt8 = 71
    static let internalError: UInt8 = 80
    static let certificateRequired: UInt8 = 116

    private static let names: [UInt8: String] = [
        0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 22: "record_overflow",
        40: "handshake_failure", 42: "bad_certificate", 43: "unsupported_certificate", 44: "certificate_revoked",
        45: "certificate_expired", 46: "certificate_unknown", 47: "illegal_parameter", 48: "unknown_ca",
        49: "access_denied", 50: "decode_error", 51: "decrypt_error", 70: "protocol_version",
        71: "insufficient_security", 80: "internal_error", 86: "inappropriate_fallback", 90: "user_canceled",
        109: "missing_extension", 110: "unsupported_extension", 112: "unrecognized_name", 116: "certificate_required",
        120: "no_application_protocol",
    ]

    /// The RFC's name of an alert.
    package static func name(_ description: UInt8) -> String { names[description] ?? "alert \(description)" }
}
