/// What a person needs to know of a certificate. Times are seconds since 1970, UTC.
package struct CertificateFacts: Hashable, Sendable {
    package var subject: String
    package var issuer: String
    package var serial: String
    package var notBefore: Int
    package var notAfter: Int
    package var dnsNames: [String]
    package var ipAddresses: [String]
    /// "serverAuth", "clientAuth" and others by OID; nil when the extension is absent.
    package var extendedKeyUsage: [String]?
    /// SHA-256 of the DER form, lower-case hex.
    package var fingerprint: String
    /// The key's kind and size, "EC 256", "RSA 2048"; nil where nobody has looked, since that takes its decoding.
    package var keyType: String?

    package init(
        subject: String, issuer: String, serial: String, notBefore: Int, notAfter: Int, dnsNames: [String],
        ipAddresses: [String], extendedKeyUsage: [String]?, fingerprint: String, keyType: String? = nil
    ) {
        self.subject = subject
        self.issuer = issuer
        self.serial = serial
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.dnsNames = dnsNames
        self.ipAddresses = ipAddresses
        self.extendedKeyUsage = extendedKeyUsage
        self.fingerprint = fingerprint
        self.keyType = keyType
    }
}
