internal import ByteTransport
internal import COpenSSL

/// Judges the peer's chain inside the handshake and remembers it, so that a refusal can be explained.
final class PeerVerification {
    private let identity: PeerIdentity?
    private let isEnforced: Bool
    /// Leaf first, as shown by the peer.
    private(set) var chain: [Certificate] = []
    private(set) var refusal: TLSFailure.Cause?
    /// The certificate at fault.
    private(set) var refused: Certificate?

    /// Whether a leaf was judged and found good. An anonymous cipher comes to its end without any certificate.
    private(set) var didAcceptLeaf = false

    /// - Parameter isEnforced: whether a bad chain ends the handshake.
    init(identity: String?, isEnforced: Bool) {
        self.identity = identity.map(PeerIdentity.init)
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
            refused = X509_STORE_CTX_get_current_cert(store).map(Certificate.init(sharing:))
            let reason = String(cString: X509_verify_cert_error_string(Int(code)))
            refusal = .certificateRefused(verifyError: code, depth: Int(depth), reason: reason)
            return false
        }
        // The leaf is judged last, when its chain is known to be good.
        guard depth == 0 else { return true }
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
