/// What an option of `ssl` that we do not honour means for a client. Every option that the documentation of OTP 23 to
/// 29 has is in one of the lists, or read by `TLSOptionReader`.
enum TLSOptionKind {
    /// Has no meaning for a client of ours, or only tunes what it costs.
    case irrelevant
    /// Only lets more pass than we do, or sends something else.
    case relaxing
    /// May turn away what we would take; so does whatever is not known.
    case demanding

    init(of name: String) {
        self = Self.ofNoUse.contains(name) ? .irrelevant : Self.permissive.contains(name) ? .relaxing : .demanding
    }

    private static let ofNoUse: Set<String> = [
        "secure_renegotiate", "reuse_sessions", "reuse_session", "session_tickets", "use_ticket", "hibernate_after",
        "handshake", "log_level", "log_alert", "protocol", "client_renegotiation", "honor_cipher_order",
        "honor_ecc_order", "dhfile", "dh", "keep_secrets", "max_handshake_size", "max_fragment_length",
        "receiver_spawn_opts", "sender_spawn_opts", "erl_dist", "ktls", "fallback", "padding_check",
        "beast_mitigation", "anti_replay", "early_data", "cookie", "middlebox_comp_mode", "user_lookup_fun",
        "psk_identity", "srp_identity", "cb_info", "key_update_at", "use_srtp", "server_session_tickets",
        "certificate_authorities", "alpn_advertised_protocols", "alpn_preferred_protocols",
        "client_preferred_next_protocols", "next_protocols_advertised", "sni_hosts", "sni_fun", "ocsp_nonce",
        "ocsp_responder_certs", "ssl_imp",
        // Of the socket.
        "active", "bind_to_device", "binary", "buffer", "delay_send", "dontroute", "exit_on_close", "header",
        "high_msgq_watermark", "high_watermark", "ifaddr", "inet", "inet6", "inet_backend", "ip", "ipv6_v6only",
        "keepalive", "linger", "list", "local", "low_msgq_watermark", "low_watermark", "mode", "netns", "nodelay",
        "packet", "packet_size", "port", "priority", "raw", "recbuf", "reuseaddr", "reuseport", "send_timeout",
        "send_timeout_close", "show_econnreset", "sndbuf", "tclass", "tos", "ttl", "recvtos", "recvttl", "recvtclass",
    ]

    /// A certificate given as bytes is not sent, and a node that demands one turns us away.
    private static let permissive: Set<String> = [
        "partial_chain", "allow_any_ca_purpose", "cert", "key", "fail_if_no_peer_cert", "crl_cache",
    ]
}
