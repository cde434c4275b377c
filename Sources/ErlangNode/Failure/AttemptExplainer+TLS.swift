import ByteTransport
import Diagnosis

extension AttemptExplainer {
    /// A TLS handshake that failed, on our side or by the peer's alert.
    func explain(_ tls: TLSFailure) -> NodeFailure {
        switch tls.cause {
        case .alertReceived(let alert): peerRefused(alert, tls)
        case .certificateRefused(let error, let depth, let reason): weRefused(error, depth, reason, tls)
        case .nameMismatch(let expected): otherName(expected, tls)
        case .notTLS(let bytes): notTLS(bytes)
        case .closedDuringHandshake: closed(tls)
        case .noCommonParameters(let text): nothingInCommon(text, tls)
        case .badSignature: foreignKey()
        case .library(let text):
            failure(
                .protocolViolation, .tls, "the TLS handshake with \(node) at \(endpoint) failed: \(text)",
                remedy: "see the node's log; a packet capture with --keylog shows every message")
        }
    }

    // MARK: no TLS

    /// A plain node takes a ClientHello for the length of a long message, and waits: who answers is something else.
    private func notTLS(_ bytes: [UInt8]) -> NodeFailure {
        failure(
            .protocolViolation, .tls,
            "what answers at \(endpoint) for \(node) does not speak TLS: it says \(Self.quoted(bytes))",
            remedy: "check the port; another service listens there")
    }

    private func closed(_ tls: TLSFailure) -> NodeFailure {
        guard !tls.messages.contains(where: \.fromPeer) else {
            return failure(
                .closed, .tls, "\(node) closed the connection in the middle of the TLS handshake, without an alert",
                remedy: "look at the node's log; a proxy between may have cut the connection")
        }
        return failure(
            .tlsToTCP, .tls, "\(node) at \(endpoint) closed the connection instead of answering our TLS hello",
            remedy: Self.plainRemedy,
            unless: "E-TLS-KEY: its TLS listener has no usable key or certificate")
    }

    /// A probe without TLS was answered with a distribution status.
    func plainInsteadOfTLS() -> NodeFailure {
        failure(
            .tlsToTCP, .tls, "\(node) at \(endpoint) speaks plain distribution, and this side was told to use TLS",
            remedy: Self.plainRemedy)
    }

    /// Who stands between can make every TLS connection look so, to be given the cookie's proof and all that follows.
    private static let plainRemedy =
        "enable TLS on the node (-proto_dist inet_tls), or check the address; only where it is known to speak plain "
        + "distribution drop the optfile (--transport tcp): somebody in the middle can provoke this failure"

    /// The listener closes after our hello, and closes or sends a TLS alert when it is given a plain name: it is no
    /// plain node, and does no TLS with us either. OTP does so when it cannot read its key; OTP 23 also when it has
    /// TLS 1.3 only and the hello has not (measured).
    func unusableKey(_ tls: TLSFailure) -> NodeFailure {
        var alternative = "a proxy or port-forward has nothing behind it, or the node is stopping"
        if let versions = tls.offer?.versions, versions.count == 1 {
            alternative = "E-TLS-VERSION: we offer \(versions[0]) only; or \(alternative)"
        }
        return failure(
            .tlsKey, .tls,
            "\(node) at \(endpoint) is no plain node, and closes at our TLS hello without a word, as a node does whose "
                + "TLS listener cannot use its key or certificate",
            remedy: "check certfile, keyfile and password in the node's optfile, and that it may read them; its log "
                + "names the file",
            unless: alternative)
    }

    // MARK: what we found wrong

    private func weRefused(_ error: Int32, _ depth: Int, _ reason: String, _ tls: TLSFailure) -> NodeFailure {
        let refused = tls.refused ?? (depth < tls.peerChain.count ? tls.peerChain[depth] : tls.peerChain.last)
        guard let refused else {
            return failure(
                .caUnknown, .tls, "the certificate of \(node) is not accepted: \(reason)",
                remedy: "look at the chain that it shows, and at the CA file (--ca)")
        }
        let what = "\(refused.role(at: depth)) of \(node) (\(refused.identity))"
        switch error {
        case VerifyError.expired:
            return failure(
                .certificateExpired, .tls, "\(what) expired \(ago(refused.notAfter))",
                remedy: depth == 0
                    ? "renew it, and replace the node's certfile: the node reads that within 2 minutes by itself"
                    : "a new one has to go to every node and to this side (--ca) before certificates are issued by it")
        case VerifyError.notYetValid:
            return failure(
                .certificateNotYetValid, .tls, "\(what) is valid only from \(ahead(refused.notBefore))",
                remedy: Self.clockRemedy)
        case VerifyError.invalidPurpose:
            return failure(
                .certificateUsage, .tls,
                "\(what) may not be used \(depth == 0 ? "by a server" : "for this"): \(refused.usageWords)",
                remedy: Self.usageRemedy)
        case VerifyError.revoked:
            return failure(
                .certificateRevoked, .tls,
                "\(what) was revoked" + (tls.revokedAt.map { " \(ago($0))" } ?? "") + " by \(refused.issuer)",
                remedy: "replace it; until it is known why it was revoked, do not believe who shows it")
        case let error where VerifyError.noRevocationList.contains(error):
            return failure(
                .tlsStrict, .tls,
                "whether \(what) is revoked cannot be told: the directory that crl_cache names has no CRL of "
                    + "\(refused.issuer) that is valid now (\(reason))",
                remedy: "put its CRL there as HASH.r0, with HASH of `openssl crl -hash -noout`; "
                    + "{crl_check, best_effort} lets pass what no CRL is known of")
        case VerifyError.application:
            return failure(
                .tlsStrict, .tls, "whether \(what) is revoked cannot be told: \(reason)",
                remedy: "no file helps here, and a node of OTP refuses it as well: {crl_check, best_effort} in the "
                    + "optfile lets pass what no CRL is known of; or have the certificate issued by an authority that "
                    + "the root itself has issued")
        case let error where VerifyError.noTrustedPath.contains(error):
            return untrusted(refused, tls, reason)
        default:
            return failure(
                .caUnknown, .tls, "\(what) is not accepted: \(reason)",
                remedy: "look at the chain that the node shows, and at the CA file (--ca)",
                unless: "the certificate is damaged or breaks a constraint of its CA")
        }
    }

    private func untrusted(_ refused: CertificateFacts, _ tls: TLSFailure, _ reason: String) -> NodeFailure {
        let leaf = tls.peerChain.first ?? refused
        // The issuer's own certificate is there only when the node shows it.
        let issuer = tls.peerChain.last { $0.isSelfIssued && $0 != leaf }
        let name = issuer?.subject ?? tls.peerChain.last?.issuer ?? refused.issuer
        let namesake = tls.trusted.contains { $0.subject == name }
        let trusted = tls.trusted.map { "\($0.subject) (\($0.shortFingerprint))" }.joined(separator: "; ")
        let subject =
            leaf.isSelfIssued
            ? "this side does not trust the certificate of \(node) (\(leaf.identity), \(leaf.shortFingerprint)), which "
                + "signs itself"
            : "this side does not trust \(name)\(issuer.map { " (\($0.shortFingerprint))" } ?? ""), the issuer of "
                + "\(node)'s certificate (\(leaf.identity))"
        return failure(
            .caUnknown, .tls, "\(subject); it trusts \(trusted.isEmpty ? "nobody" : trusted)",
            remedy: namesake
                ? "another CA has the same name: if it was replaced, get its new file from who did that, never from what "
                    + "answers here, and give it with --ca; in a rotation both sides need a bundle of the old and the "
                    + "new one first"
                : "give the CA file that the cluster uses (--ca, or cacertfile in the optfile)",
            unless: issuer == nil && !leaf.isSelfIssued && !namesake
                ? "the node does not show the intermediate certificates between its own and the CA (\(reason))" : nil)
    }

    private func otherName(_ expected: String, _ tls: TLSFailure) -> NodeFailure {
        let leaf = tls.peerChain.first
        let isAddress = expected.contains(":") || expected.allSatisfy { $0.isNumber || $0 == "." }
        let other = leaf?.dnsNames.first ?? leaf?.ipAddresses.first
        return failure(
            .certificateName, .tls,
            "the certificate of \(node) (\(leaf?.identity ?? "no subject")) is for \(leaf?.nameWords ?? "nobody"); "
                + "this side expects \(expected)",
            remedy: "see whether \(node) is the node's name, and this its address; if so, reissue the certificate with "
                + expected + (isAddress ? ", as an IP and as a DNS name, since OTP compares the latter" : "")
                + (other.map {
                    "; or, if the node is known to be \($0), expect that for once: --server-name \(Self.shellWord($0))"
                } ?? ""))
    }

    private func nothingInCommon(_ text: String, _ tls: TLSFailure) -> NodeFailure {
        let isVersion = text.lowercased().contains("version") || text.lowercased().contains("protocol")
        return failure(
            isVersion ? .tlsVersion : .tlsCipher, .tls,
            "\(node) chose TLS parameters that this side does not take: \(text); we offer \(Self.offered(tls))",
            remedy: "align `versions` and `ciphers` of both optfiles")
    }

    /// The node signs with another key than its certificate's.
    private func foreignKey() -> NodeFailure {
        failure(
            .tlsKey, .tls, "the private key of \(node) does not belong to the certificate that it shows",
            remedy: "make keyfile and certfile in the node's optfile one pair, and let the node read them again")
    }

    // MARK: words

    static let usageRemedy = "reissue it with both serverAuth and clientAuth: every node is both"
    static let clockRemedy = "set the clocks of both hosts and of the CA's with NTP"

    func ago(_ time: Int) -> String { "\(UTCTime.span(now - time)) ago (\(UTCTime(seconds: time)))" }

    /// A moment in the future, beside our own clock, which may be the one that is wrong.
    func ahead(_ time: Int) -> String {
        "\(UTCTime(seconds: time)) on, which is \(UTCTime.span(time - now)) ahead of this side's clock "
            + "(\(UTCTime(seconds: now)))"
    }

    static func offered(_ tls: TLSFailure) -> String {
        guard let offer = tls.offer else { return "nothing else" }
        return offer.versions.joined(separator: " and ") + (offer.ciphers.map { " with \($0)" } ?? "")
    }
}

/// OpenSSL's X509_V_ERR numbers (`x509_vfy.h`), stable since 1.0; named here so that no TLS library is imported.
private enum VerifyError {
    static let notYetValid: Int32 = 9
    static let expired: Int32 = 10
    static let revoked: Int32 = 23
    static let invalidPurpose: Int32 = 26
    /// No CRL; one of the future or of the past; no issuer of it; one of another scope.
    static let noRevocationList: Set<Int32> = [3, 11, 12, 33, 44]
    /// Of our own judgement: CRLs do not reach as far down the chain.
    static let application: Int32 = 50
    /// Unable to get issuer, self-signed, unable to verify leaf, signature failure, untrusted.
    static let noTrustedPath: Set<Int32> = [2, 4, 6, 7, 18, 19, 20, 21, 27]
}
