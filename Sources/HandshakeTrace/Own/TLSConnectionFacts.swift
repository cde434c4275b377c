package import Diagnosis

/// What the TLS library reports of a connection of our own.
package struct TLSConnectionFacts: Hashable, Sendable {
    /// "TLS 1.2", "TLS 1.3"; nil before the handshake is over.
    package var version: String?
    package var cipher: String?
    /// As far as it was shown, the leaf first.
    package var peerChain: [CertificateFacts]
    package var ownCertificate: CertificateFacts?
    /// Whether the node asked for our certificate.
    package var isCertificateRequested: Bool
    /// Whether its certificate was looked at.
    package var isPeerVerified: Bool
    /// The name that its certificate was compared with; nil: none.
    package var serverName: String?
    /// Whether `*` in it stood for a label.
    package var allowsWildcards: Bool

    package init(
        version: String?, cipher: String?, peerChain: [CertificateFacts], ownCertificate: CertificateFacts?,
        isCertificateRequested: Bool, isPeerVerified: Bool, serverName: String?, allowsWildcards: Bool = false
    ) {
        self.version = version
        self.cipher = cipher
        self.peerChain = peerChain
        self.ownCertificate = ownCertificate
        self.isCertificateRequested = isCertificateRequested
        self.isPeerVerified = isPeerVerified
        self.serverName = serverName
        self.allowsWildcards = allowsWildcards
    }
}
