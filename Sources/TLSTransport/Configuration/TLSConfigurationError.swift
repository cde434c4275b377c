package import ByteTransport

/// Why a `TLSConfiguration` cannot be used: always ours to mend, never the peer's.
package struct TLSConfigurationError: Error, Hashable, Sendable {
    package enum Cause: Hashable, Sendable {
        /// open(2) or read(2) failed.
        case unreadable(errno: Int32)
        /// The file for secrets cannot be written.
        case keyLog(PrivateFile.Refusal)
        /// Above the limit for such files (16 MiB).
        case tooLarge
        /// More files than are read of a directory.
        case tooManyFiles(limit: Int)
        /// A CRL, or the directory of CRLs, that cannot be read in full: what it revokes is not known.
        indirect case revocation(Cause)
        /// No PEM block of the kind that is looked for.
        case noCertificate
        case noPrivateKey
        /// A PEM block that holds no valid certificate or key; the library's words.
        case malformed(String)
        /// The key is encrypted and no password was given.
        case passwordMissing
        /// The key does not open with the password given.
        case wrongPassword
        /// The private key is another certificate's.
        case keyMismatch(certificateFile: String)
        /// A key without a certificate.
        case certificateMissing
        /// Verification is on and nothing is trusted.
        case noTrustedCertificates
        /// No cipher of the list is known.
        case unknownCiphers(String)
        /// OpenSSL 3 is not installed, or not usable; the words of the dynamic linker.
        case libraryMissing(String)
        /// Anything else that the library reports, with its words.
        case library(String)
    }

    /// The file at fault, where it is one.
    package var file: String?
    package var cause: Cause

    package init(file: String? = nil, cause: Cause) {
        self.file = file
        self.cause = cause
    }
}
