package import Diagnosis

/// What two ends agreed on.
package struct TLSSummary: Hashable, Sendable {
    /// "TLS 1.2", "TLS 1.3".
    package var version: String
    /// OpenSSL's name of the cipher suite.
    package var cipher: String
    /// Leaf first; empty when the peer showed none.
    package var peerChain: [CertificateFacts]
}
