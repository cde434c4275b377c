extension CertificateFacts {
    /// Enough to find the file: "CN=node, serial 3f0a".
    package var identity: String { "\(subject), serial \(serial)" }

    /// Whose name is its own issuer's: a root, or a certificate that nobody vouches for.
    package var isSelfIssued: Bool { subject == issuer }

    /// The first bytes of the SHA-256 fingerprint, written as `openssl x509 -fingerprint -sha256` does.
    package var shortFingerprint: String {
        var text = ""
        for (index, digit) in fingerprint.uppercased().prefix(16).enumerated() {
            if index > 0, index.isMultiple(of: 2) { text += ":" }
            text.append(digit)
        }
        return "SHA-256 \(text):..."
    }

    /// What it may be used for, as the rest of a sentence.
    package var usageWords: String {
        guard let extendedKeyUsage else { return "it names no extended key usage" }
        return "it is for \(extendedKeyUsage.isEmpty ? "nothing" : extendedKeyUsage.joined(separator: " and ")) only"
    }

    /// The names that it is for: "DNS:a.example.com, IP:10.0.0.1".
    package var nameWords: String {
        let names = dnsNames.map { "DNS:\($0)" } + ipAddresses.map { "IP:\($0)" }
        return names.isEmpty ? "no host name at all" : names.joined(separator: ", ")
    }

    /// What it is in a chain.
    package func role(at depth: Int) -> String {
        if depth == 0 { return "the certificate" }
        return isSelfIssued ? "the CA certificate" : "the intermediate certificate"
    }
}
