internal import COpenSSL
internal import Glibc

/// A directory of CRLs under OpenSSL's names, `<hash of the issuer's name>.r<N>`, as OTP's `ssl_crl_hash_dir` reads it:
/// of an issuer the files from `.r0` on without a gap, each with one CRL, PEM or DER; a file that is none is passed over.
///
/// OpenSSL's own lookup would take certificates in that directory (`<hash>.<N>`) for trusted ones, which OTP does not.
enum RevocationDirectory {
    /// Files that are read of one directory; each has the limit of `CredentialFile`.
    private static let fileLimit = 4096

    /// - Parameter mayBeAbsent: whether a directory that is not there is one without CRLs.
    /// - Throws: `.revocation` when the directory or a file cannot be read in full: it may revoke what is shown. OTP ends
    ///   the handshake then, with `best_effort` too (measured on 25, 27 and 29).
    static func load(
        _ path: String, into store: OpaquePointer, mayBeAbsent: Bool
    ) throws(TLSConfigurationError) {
        do throws(TLSConfigurationError) {
            try read(path, into: store, mayBeAbsent: mayBeAbsent)
        } catch {
            throw TLSConfigurationError(file: error.file, cause: .revocation(error.cause))
        }
    }

    private static func read(
        _ path: String, into store: OpaquePointer, mayBeAbsent: Bool
    ) throws(TLSConfigurationError) {
        for (hash, numbers) in try files(in: path, mayBeAbsent: mayBeAbsent) {
            var number = 0
            while numbers.contains(number) {
                let file = "\(path)/\(hash).r\(number)"
                number += 1
                guard let crl = try CredentialFile(file).revocationList() else { continue }
                defer { X509_CRL_free(crl) }
                // OTP looks a CRL up by the name of its file, and then compares the issuer.
                guard X509_NAME_hash_ex(X509_CRL_get_issuer(crl), nil, nil, nil) == UInt(hash, radix: 16) else {
                    continue
                }
                X509_STORE_add_crl(store, crl)
            }
        }
        LibraryErrors.clear()
    }

    /// The numbers behind `.r`, for each hash.
    private static func files(
        in path: String, mayBeAbsent: Bool
    ) throws(TLSConfigurationError) -> [String: Set<Int>] {
        guard let handle = opendir(path) else {
            let code = errno
            if code == ENOENT, mayBeAbsent { return [:] }
            throw TLSConfigurationError(file: path, cause: .unreadable(errno: code))
        }
        defer { closedir(handle) }
        var found: [String: Set<Int>] = [:]
        var count = 0
        while true {
            errno = 0
            guard let entry = readdir(handle) else {
                let code = errno
                if code == 0 { return found }
                throw TLSConfigurationError(file: path, cause: .unreadable(errno: code))
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].utf8.count == 8, UInt(parts[0], radix: 16) != nil,
                parts[0] == parts[0].lowercased(), parts[1].first == "r", let number = Int(parts[1].dropFirst()),
                number >= 0, parts[1] == "r\(number)"
            else { continue }
            count += 1
            guard count <= fileLimit else {
                throw TLSConfigurationError(file: path, cause: .tooManyFiles(limit: fileLimit))
            }
            found[String(parts[0]), default: []].insert(number)
        }
    }
}
