extension CertificateFacts {
    /// How a certificate names a host, as `public_key:pkix_verify_hostname` compares: names as they are, an address with
    /// the DNS names too, and the common name where there is no other.
    package enum HostMatch: Hashable, Sendable {
        case exact
        case commonName
        /// Only those who set the match fun of https take it.
        case wildcard(String)
        /// An IP address that stands among the addresses alone, which OTP does not compare.
        case addressOnly
        case none
    }

    package func match(_ host: String) -> HostMatch {
        if dnsNames.contains(where: { $0.lowercased() == host.lowercased() }) { return .exact }
        if let pattern = dnsNames.first(where: { Self.matches(host, $0) }) { return .wildcard(pattern) }
        if ipAddresses.contains(host) { return .addressOnly }
        guard dnsNames.isEmpty, ipAddresses.isEmpty else { return .none }
        let parts = subject.split(separator: ",")
        return parts.contains { $0.lowercased() == "cn=\(host.lowercased())" } ? .commonName : .none
    }

    /// A wildcard stands for one label, the first (RFC 6125 §6.4.3).
    private static func matches(_ host: String, _ pattern: String) -> Bool {
        let (host, pattern) = (host.lowercased(), pattern.lowercased())
        guard pattern.hasPrefix("*."), let dot = host.firstIndex(of: ".") else { return false }
        return host[dot...] == pattern.dropFirst(1)
    }
}
