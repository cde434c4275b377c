package import ErlangTerm

/// The client's TLS options from an `ssl_dist_optfile` or from `-ssl_dist_opt`, each with its place.
package struct TLSOptions: Sendable {
    package var certificate: Sourced<String>?
    package var key: Sourced<String>?
    package var ca: Sourced<String>?
    package var password: Sourced<Secret>?
    package var verifiesPeer: Sourced<Bool>?
    package var versions: Sourced<[String]>?
    package var ciphers: Sourced<[String]>?
    package var depth: Sourced<Int>?
    package var serverName: Sourced<ServerName>?
    /// Options that change what is accepted or sent and that we cannot honour, with their origin.
    package var unsupported: [Sourced<String>] = []

    package init() {}

    /// Options that have no meaning for a client of ours, or only tune what it costs.
    static let irrelevant: Set<String> = [
        "secure_renegotiate", "reuse_sessions", "reuse_session", "session_tickets", "hibernate_after",
        "handshake", "log_level", "log_alert", "protocol", "client_renegotiation", "fail_if_no_peer_cert",
        "honor_cipher_order", "honor_ecc_order", "dhfile", "dh", "keep_secrets", "max_handshake_size",
        "receiver_spawn_opts", "sender_spawn_opts", "erl_dist", "ktls", "fallback", "padding_check",
        "beast_mitigation", "anti_replay", "early_data", "cookie", "middlebox_comp_mode", "nodelay", "active", "mode",
        "packet", "user_lookup_fun", "cb_info", "key_update_at", "use_srtp", "stapling",
        "allow_any_ca_purpose", "crl_cache", "server_session_tickets", "inet", "inet6",
    ]
}
