/// What one end thinks of the other's certificates.
package enum CertificateVerdict: Hashable, Sendable {
    case accepted
    /// - Parameter index: which of the chain, 0 is the leaf; nil when that is not known.
    case refused(CertificateDefect, index: Int?)
}

/// Why a certificate is refused.
package enum CertificateDefect: Hashable, Sendable {
    /// Out of its time: OTP does not say at which end, the certificate's own dates do.
    case expired
    case unknownCA
    case selfSigned
    /// - Parameters:
    ///   - expected: the name that was looked for, where it is known.
    ///   - presented: those that the certificate has.
    case name(expected: String?, presented: [String])
    case usage
    case revoked
    case invalidSignature
    /// Whether it is revoked cannot be found out; the judge's words. Beyond repair: no CRL would help.
    case revocationUnknown(String, isBeyondRepair: Bool)
    case other(String)
}
