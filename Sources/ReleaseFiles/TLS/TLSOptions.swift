package import ErlangTerm

/// The TLS options of one side from an `ssl_dist_optfile` or from `-ssl_dist_opt`, each with its place.
package struct TLSOptions: Sendable {
    package var certificate: Sourced<String>?
    package var key: Sourced<String>?
    package var ca: Sourced<String>?
    package var password: Sourced<Secret>?
    package var verifiesPeer: Sourced<Bool>?
    /// `fail_if_no_peer_cert` of a server.
    package var requiresPeerCertificate: Sourced<Bool>?
    package var versions: Sourced<[String]>?
    package var ciphers: Sourced<[String]>?
    package var depth: Sourced<Int>?
    package var serverName: Sourced<ServerName>?
    package var allowsWildcards: Sourced<Bool>?
    package var revocation: Sourced<RevocationCheck>?
    /// Options that only allow more, or change nothing of who is accepted: with their origin, for standard error.
    package var unsupported: [Sourced<String>] = []
    /// Options that may demand what cannot be checked here: no connection is made with them.
    package var unmet: [Sourced<String>] = []

    package init() {}
}

/// What `crl_check` and `crl_cache` ask for.
package struct RevocationCheck: Hashable, Sendable {
    /// `ssl_crl_hash_dir`'s directory of CRLs.
    package var directory: String
    /// Whether those above the peer's own certificate are looked up, too: `true`, not `peer`.
    package var coversIssuers: Bool
    /// `best_effort`: where no CRL is found, the certificate passes.
    package var isBestEffort: Bool
}
