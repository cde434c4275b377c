import ByteTransport
import Diagnosis

/// What a TLS end offers and demands: one value for all connections of a kind. Which name the peer must have is given
/// for each connection.
package struct TLSConfiguration: Hashable, Sendable {
    package enum Role: Hashable, Sendable {
        /// Sends the ClientHello.
        case initiator
        case acceptor
    }

    package enum Version: Int, Hashable, Comparable, Sendable {
        case tls10, tls11, tls12, tls13

        package static func < (left: Version, right: Version) -> Bool { left.rawValue < right.rawValue }
    }

    /// As OTP's `crl_check` with `ssl_crl_hash_dir` has it.
    package struct Revocation: Hashable, Sendable {
        /// The directory with `<hash>.r<N>`.
        package var directory: String
        /// Whether the certificates above the peer's own are looked up, too.
        package var coversIssuers: Bool
        /// Whether a certificate passes for which no CRL can be used.
        package var isBestEffort: Bool

        package init(directory: String, coversIssuers: Bool, isBestEffort: Bool) {
            self.directory = directory
            self.coversIssuers = coversIssuers
            self.isBestEffort = isBestEffort
        }
    }

    package var role: Role
    /// PEM files with the certificates that are trusted, all of them in each file. Never the system's.
    package var trustFiles: [String] = []
    /// PEM file: our certificate first, then its issuers.
    package var certificateFile: String?
    /// PEM file with the private key; nil when it is in `certificateFile`, as OTP's `certfile` allows.
    package var keyFile: String?
    /// What an encrypted key is opened with.
    package var keyPassword: [UInt8]?
    /// Whether the peer's certificate is checked. Where it is not, a name is not checked either.
    package var verifiesPeer = true
    /// Whether `*` in the peer's certificate stands for a label, as with HTTPS.
    package var allowsWildcards = false
    /// Whether CRLs are looked up, and where; nil: not at all.
    package var revocation: Revocation?
    /// For an acceptor that checks: whether a peer without a certificate is turned away (`fail_if_no_peer_cert`).
    package var requiresPeerCertificate = true
    /// How many certificates may stand between the peer's and a trusted one (`depth`).
    package var depth = 10
    package var versions: ClosedRange<Version> = .tls12...(.tls13)
    /// OpenSSL's list form ("ECDHE-ECDSA-AES256-GCM-SHA384:..."), for TLS 1.2 and earlier; nil for its default.
    package var ciphers: String?
    /// The same for TLS 1.3 ("TLS_AES_256_GCM_SHA384:...").
    package var cipherSuites: String?
    /// OpenSSL's security level; 0 where TLS 1.0 or 1.1 is allowed, which need it. 1 turns away what is broken (keys
    /// below 80 bits of strength). Distributions often build in 2, which refuses certificates (RSA of 1024 bits) that
    /// every node of a cluster accepts.
    package var securityLevel = 1
    /// The secrets of each connection are appended to this file in the NSS key log format.
    package var keyLogFile: String?

    package init(role: Role) { self.role = role }
}

extension TLSConfiguration {
    /// What a peer is offered, for messages.
    var offer: TLSOffer {
        let all: [(Version, String)] = [
            (.tls10, "TLS 1.0"), (.tls11, "TLS 1.1"), (.tls12, "TLS 1.2"), (.tls13, "TLS 1.3"),
        ]
        let lists = [cipherSuites, ciphers].compactMap { $0 }
        return TLSOffer(
            versions: all.filter { versions.contains($0.0) }.map(\.1),
            ciphers: lists.isEmpty ? nil : lists.joined(separator: ":"))
    }
}
