package import ByteTransport

/// Why a `TLSConfiguration` cannot be used. The cause is on this side, never the peer's.
package struct TLSConfigurationError: Error, Hashable, Sendable {
    package enum Cause: Hashable, Sendable {
        /// open(2) or read(2) failed.
        case unreadable(errno: Int32)
        /// The key log cannot be written.
        case keyLog(PrivateFile.Refusal)
        /// Above the limit for such files (16 MiB).
        case tooLarge
        /// The directory has more files than are read.
        case tooManyFiles(limit: Int)
        /// A CRL or the directory of CRLs cannot be read in full, so that what it revokes is not known.
        indirect case revocation(Cause)
        /// The file has no PEM block of this kind.
        case noCertificate
        case noPrivateKey
        /// A PEM block holds no valid certificate or key; the text is OpenSSL's.
        case malformed(String)
        /// The key is encrypted and no password was given.
        case passwordMissing
        /// The password does not decrypt the key.
        case wrongPassword
        /// The private key does not belong to the certificate.
        case keyMismatch(certificateFile: String)
        /// There is a key and no certificate.
        case certificateMissing
        /// Verification is on and nothing is trusted.
        case noTrustedCertificates
        /// No cipher of the list is known.
        case unknownCiphers(String)
        /// OpenSSL is not installed, or lacks a function; both texts are those of `CLibraryLoader`.
        case libraryMissing(String, remedy: String)
        /// Any other error of OpenSSL; the text is OpenSSL's.
        case library(String)
    }

    /// The file with the error, if a file has it.
    package var file: String?
    package var cause: Cause

    package init(file: String? = nil, cause: Cause) {
        self.file = file
        self.cause = cause
    }
}
