internal import ByteTransport
internal import COpenSSL

/// The name that a peer's certificate must carry: the host part of a node name, whatever address was dialled.
struct PeerIdentity {
    let name: String
    /// Whether a wildcard may stand for the first label of a name, or for a part of it (RFC 6125 §6.4.3). OTP compares names as they are
    /// unless an option file has the match fun of HTTPS: then `*.x.test` is for `n1.x.test`.
    var allowsWildcards = false

    /// Compares as OTP's public_key:pkix_verify_hostname does: an address matches an iPAddress and also a dNSName with
    /// the same text; the subject's common name counts only where there is no subjectAltName at all.
    /// A name that begins with a dot means every name below it to X509_check_host: no host is called so.
    func matches(_ x509: OpaquePointer) -> Bool {
        guard !name.isEmpty, !name.hasPrefix(".") else { return false }
        let hasAlternatives = X509_get_ext_by_NID(x509, NID_subject_alt_name, -1) >= 0
        let subject = UInt32(hasAlternatives ? X509_CHECK_FLAG_NEVER_CHECK_SUBJECT : 0)
        let isAddress = SocketAddress(numeric: name, port: 0) != nil
        if isAddress, X509_check_ip_asc(x509, name, 0) == 1 { return true }
        let wildcards = UInt32(isAddress || !allowsWildcards ? X509_CHECK_FLAG_NO_WILDCARDS : 0)
        return X509_check_host(x509, name, name.utf8.count, subject | wildcards, nil) == 1
    }
}
