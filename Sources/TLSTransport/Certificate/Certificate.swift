import ByteTransport
internal import COpenSSL
package import Diagnosis

/// Bytes that were to hold certificates and do not; the library's words.
package struct CertificateFormatError: Error, Hashable, Sendable {
    package var text: String
}

/// An X.509 certificate. The C object never leaves the owner's methods: a pointer taken out of an array's element
/// may be freed before the call that uses it.
package final class Certificate {
    private let x509: OpaquePointer

    /// Takes over one reference.
    init(owning x509: OpaquePointer) { self.x509 = x509 }

    /// Adds a reference of its own.
    init(sharing x509: OpaquePointer) {
        X509_up_ref(x509)
        self.x509 = x509
    }

    deinit { X509_free(x509) }

    /// From the DER form, as a peer or Erlang's public_key gives it.
    package init(der: [UInt8]) throws(CertificateFormatError) {
        try Self.ensureLibrary()
        LibraryErrors.clear()
        let parsed = der.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return d2i_X509(nil, &start, buffer.count)
        }
        guard let parsed else { throw CertificateFormatError(text: LibraryErrors.takeText()) }
        x509 = parsed
    }

    /// The DER form; nil when there is no memory.
    var encoded: [UInt8]? {
        let count = i2d_X509(x509, nil)
        guard count > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(count))
        let written = bytes.withUnsafeMutableBufferPointer { buffer in
            var start = buffer.baseAddress
            return i2d_X509(x509, &start)
        }
        return written == count ? bytes : nil
    }

    private static func ensureLibrary() throws(CertificateFormatError) {
        do throws(TLSConfigurationError) { try LibraryStart.ensure() } catch {
            throw CertificateFormatError(text: "no OpenSSL to read it with")
        }
    }

    /// Every certificate of a PEM text, in order; other blocks (keys) are passed over.
    package static func all(inPEM bytes: [UInt8]) throws(CertificateFormatError) -> [Certificate] {
        try Self.ensureLibrary()
        LibraryErrors.clear()
        let found = bytes.withUnsafeBytes { raw -> [Certificate] in
            guard let bio = BIO_new_mem_buf(raw.baseAddress, Int32(clamping: raw.count)) else { return [] }
            defer { BIO_free(bio) }
            var found: [Certificate] = []
            while let next = PEM_read_bio_X509(bio, nil, nil, nil) { found.append(Certificate(owning: next)) }
            return found
        }
        // The end of the text is reported as "no start line"; anything else is a damaged block.
        let errors = LibraryErrors.take()
        let isEnd = errors.allSatisfy { $0.library == ERR_LIB_PEM && $0.reason == PEM_R_NO_START_LINE }
        guard isEnd else { throw CertificateFormatError(text: errors.map(\.text).joined(separator: "; ")) }
        return found
    }

    /// What a person needs to know of it.
    package var facts: CertificateFacts { withX509(CertificateFacts.init(x509:)) }

    /// The same and what its key is, which has to be decoded for that.
    package var factsWithKey: CertificateFacts {
        var facts = facts
        facts.keyType = withX509(CertificateFacts.keyType)
        return facts
    }

    /// RFC 2253 form, UTF-8.
    package var subject: String { withX509 { CertificateFacts.text(of: X509_get_subject_name($0)) } }

    /// By names and key identifiers; no signature is checked.
    func isIssuer(of other: Certificate) -> Bool {
        withX509 { issuer in other.withX509 { X509_check_issued(issuer, $0) == X509_V_OK } }
    }

    func withX509<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        withExtendedLifetime(self) { body(x509) }
    }
}
