/// What a leaf certificate is to say, and how its key is kept.
package struct CertificateProfile: Hashable, Sendable {
    package enum Validity: Hashable, Sendable {
        /// From yesterday, for ten years.
        case current
        /// From three days ago, until two days ago.
        case expired
        /// From two days on.
        case notYet
        /// From yesterday, for so many days from now.
        case days(Int)
    }

    package enum Usage: String, Hashable, Sendable {
        case serverAuth, clientAuth
    }

    package enum KeyType: String, Hashable, Sendable {
        case p256, rsa2048, ed25519
    }

    package var commonName: String
    package var dnsNames: [String]
    package var addresses: [String]
    package var validity: Validity
    /// Extended key usages; none leaves the extension out.
    package var usages: [Usage]
    package var keyType: KeyType
    /// Encrypts the key (PKCS #8, AES-256).
    package var keyPassword: String?

    /// By default what a node called `x@127.0.0.1` needs: OTP compares a host that is an address with the DNS names,
    /// OpenSSL with the addresses, so it stands in both.
    package init(
        commonName: String = "node", dnsNames: [String] = ["127.0.0.1", "localhost"],
        addresses: [String] = ["127.0.0.1"], validity: Validity = .current,
        usages: [Usage] = [.serverAuth, .clientAuth], keyType: KeyType = .p256, keyPassword: String? = nil
    ) {
        self.commonName = commonName
        self.dnsNames = dnsNames
        self.addresses = addresses
        self.validity = validity
        self.usages = usages
        self.keyType = keyType
        self.keyPassword = keyPassword
    }
}

/// A certificate, its key and who signed it, as PEM files that live as long as their authority.
package struct IssuedCertificate: Sendable {
    package let certificateFile: String
    package let keyFile: String
    package let keyPassword: String?
    package let authorityFile: String

    /// This certificate with a key that is not its own.
    package func withKey(of other: IssuedCertificate) -> IssuedCertificate {
        IssuedCertificate(
            certificateFile: certificateFile, keyFile: other.keyFile, keyPassword: other.keyPassword,
            authorityFile: authorityFile)
    }
}
