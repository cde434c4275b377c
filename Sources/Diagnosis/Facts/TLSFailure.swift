/// Why a TLS handshake or record failed, in terms that name no TLS library.
package struct TLSFailure: Error, Hashable, Sendable {
    package enum Cause: Hashable, Sendable {
        /// The peer sent a fatal alert (RFC 8446 §6: its description byte).
        case alertReceived(UInt8)
        /// We refused the peer's certificate chain: X509_V_ERR code, depth in the chain (0 is the leaf), our words.
        case certificateRefused(verifyError: Int32, depth: Int, reason: String)
        /// The peer's certificate is for other names.
        case nameMismatch(expected: String)
        /// The peer has none, and we demand one.
        case noCertificate
        /// The peer's first bytes are not TLS; these are the first of them (at most 32).
        case notTLS([UInt8])
        /// The peer closed before the handshake was over.
        case closedDuringHandshake
        /// No version or cipher in common, found by ourselves.
        case noCommonParameters(String)
        /// What the peer signed in the handshake was not signed with the key of its certificate.
        case badSignature
        /// Anything else that the library reports, with its words.
        case library(String)
    }

    package var cause: Cause
    /// The handshake messages seen so far, last one last ("ClientHello", "ServerHello", "Certificate", ...), with
    /// direction: true when the peer sent it.
    package var messages: [TLSMessage]
    /// The chain the peer showed, leaf first, as far as it was seen.
    package var peerChain: [CertificateFacts]
    /// Our own leaf certificate, when we have one.
    package var ownCertificate: CertificateFacts?
    /// The certificate that we refused, which need not be one of `peerChain`: an authority may be our own file's.
    package var refused: CertificateFacts?
    /// Our trust anchors (at most 8).
    package var trusted: [CertificateFacts]
    /// Whether the peer sent a CertificateRequest.
    package var certificateRequested: Bool
    /// "TLS 1.2", "TLS 1.3": what the handshake settled on, when it was over on our side.
    package var agreedVersion: String?
    /// What we offered.
    package var offer: TLSOffer?
    /// Since when the refused certificate is revoked, in seconds since 1970, where its CRL says so.
    package var revokedAt: Int?

    package init(
        cause: Cause, messages: [TLSMessage] = [], peerChain: [CertificateFacts] = [],
        ownCertificate: CertificateFacts? = nil, refused: CertificateFacts? = nil, trusted: [CertificateFacts] = [],
        certificateRequested: Bool = false, agreedVersion: String? = nil, offer: TLSOffer? = nil,
        revokedAt: Int? = nil
    ) {
        self.cause = cause
        self.messages = messages
        self.peerChain = peerChain
        self.ownCertificate = ownCertificate
        self.refused = refused
        self.trusted = trusted
        self.certificateRequested = certificateRequested
        self.agreedVersion = agreedVersion
        self.offer = offer
        self.revokedAt = revokedAt
    }
}
