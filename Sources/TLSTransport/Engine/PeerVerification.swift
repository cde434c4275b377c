internal import ByteTransport
internal import COpenSSL
import Diagnosis

/// Judges the peer's chain inside the handshake and remembers it, so that a refusal can be explained.
final class PeerVerification {
    private let identity: PeerIdentity?
    private let isEnforced: Bool
    private let needsRevocationLists: Bool
    /// Leaf first, as shown by the peer.
    private(set) var chain: [Certificate] = []
    private(set) var refusal: TLSFailure.Cause?
    /// The certificate at fault.
    private(set) var refused: Certificate?
    /// Since when it is revoked, in seconds since 1970.
    private(set) var revokedAt: Int?

    /// Whether a leaf was judged and found good. An anonymous cipher comes to its end without any certificate.
    private(set) var didAcceptLeaf = false

    /// - Parameters:
    ///   - isEnforced: whether a bad chain ends the handshake.
    ///   - needsRevocationLists: whether a certificate is refused for which no CRL can be used.
    init(identity: PeerIdentity?, isEnforced: Bool, needsRevocationLists: Bool) {
        self.needsRevocationLists = needsRevocationLists
        self.identity = identity
        self.isEnforced = isEnforced
    }

    /// This object must outlive the connection.
    func attach(to connection: OpaquePointer, mode: Int32) {
        SSL_set_ex_data(connection, 0, Unmanaged.passUnretained(self).toOpaque())
        SSL_set_verify(connection, mode, verifyCallback)
    }

    /// - Returns: whether verification goes on.
    fileprivate func judge(_ isGood: Bool, _ store: OpaquePointer) -> Bool {
        if chain.isEmpty { remember(store) }
        guard isEnforced else { return true }
        let depth = X509_STORE_CTX_get_error_depth(store)
        guard isGood else {
            let code = X509_STORE_CTX_get_error(store)
            if !needsRevocationLists, Self.isWithoutList(code) { return true }
            refused = X509_STORE_CTX_get_current_cert(store).map(Certificate.init(sharing:))
            let reason = String(cString: X509_verify_cert_error_string(Int(code)))
            refusal = .certificateRefused(verifyError: code, depth: Int(depth), reason: reason)
            if code == X509_V_ERR_CERT_REVOKED { revokedAt = Self.revocationTime(store) }
            return false
        }
        // The leaf is judged last, when its chain is known to be good.
        guard depth == 0 else { return true }
        if needsRevocationLists, cossl_certificates_count(X509_STORE_CTX_get0_chain(store)) > 3 {
            return refuseLongChain(store)
        }
        guard let leaf = X509_STORE_CTX_get_current_cert(store) else {
            refuseAbsence()
            return false
        }
        guard let identity, !identity.matches(leaf) else {
            didAcceptLeaf = true
            return true
        }
        didAcceptLeaf = false
        refusal = .nameMismatch(expected: identity.name)
        X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH)
        return false
    }

    /// There is no CRL, or none that is valid now.
    private static func isWithoutList(_ code: Int32) -> Bool {
        [
            X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_ERR_CRL_NOT_YET_VALID, X509_V_ERR_CRL_HAS_EXPIRED,
            X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER, X509_V_ERR_DIFFERENT_CRL_SCOPE,
        ].contains(code)
    }

    /// OTP cannot judge what a CRL is worth whose issuer was not issued by a root (measured on 25, 27 and 29). The error
    /// is one that OpenSSL itself never has; the peer is sent the alert of a CRL without an issuer.
    private func refuseLongChain(_ store: OpaquePointer) -> Bool {
        didAcceptLeaf = false
        refused = X509_STORE_CTX_get_current_cert(store).map(Certificate.init(sharing:))
        refusal = .certificateRefused(
            verifyError: Int32(X509_V_ERR_APPLICATION_VERIFICATION), depth: 0,
            reason: "more than one authority stands between it and the root, and OTP then takes no CRL of theirs")
        X509_STORE_CTX_set_error(store, X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER)
        return false
    }

    private static func revocationTime(_ store: OpaquePointer) -> Int? {
        var entry: OpaquePointer?
        guard let list = X509_STORE_CTX_get0_current_crl(store), let x509 = X509_STORE_CTX_get_current_cert(store),
            X509_CRL_get0_by_cert(list, &entry, x509) != 0, let entry
        else { return nil }
        let time = CertificateFacts.seconds(X509_REVOKED_get0_revocationDate(entry))
        return time == 0 ? nil : time
    }

    /// The peer has shown nothing that could be judged.
    func refuseAbsence() {
        refusal = .certificateRefused(
            verifyError: Int32(X509_V_ERR_UNSPECIFIED), depth: 0, reason: "it has shown none")
    }

    private func remember(_ store: OpaquePointer) {
        let shown = X509_STORE_CTX_get0_untrusted(store)
        // A chain has at most as many certificates as anybody can make sense of.
        for index in 0..<min(cossl_certificates_count(shown), 16) {
            if let x509 = cossl_certificates_at(shown, index) { chain.append(Certificate(sharing: x509)) }
        }
    }
}

/// SSL_verify_cb; slot 0 of the connection holds its `PeerVerification`.
private let verifyCallback: @convention(c) (Int32, OpaquePointer?) -> Int32 = { isGood, store in
    guard let store, let connection = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
        let slot = SSL_get_ex_data(OpaquePointer(connection), 0)
    else { return 0 }
    let verification = Unmanaged<PeerVerification>.fromOpaque(slot).takeUnretainedValue()
    return verification.judge(isGood == 1, store) ? 1 : 0
}
