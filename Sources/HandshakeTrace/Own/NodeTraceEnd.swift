import Diagnosis
import DistributionProtocol
import ErlangTerm

/// How a handshake of this node ended, as the call or the result in which a node's trace sees that end. What
/// `NodeTraceReader` makes of it is the same reason again.
struct NodeTraceEnd {
    let side: Role
    let stage: NodeFailure.Stage
    /// Whether TLS is spoken, and is not over.
    let isSecuring: Bool
    /// Whether the host's address is known.
    let isLookedUp: Bool
    /// The other node's name, as far as it is known.
    let peer: String?

    /// - Parameter alert: that ended TLS, of either side.
    func term(of reason: EndReason, alert: AlertFacts?) -> Term {
        let why = self.reason(reason, alert)
        let isWayGivenUp = if case .refusedBy = reason { true } else { false }
        if side == .initiator, stage <= .tcp, !isWayGivenUp {
            switch (stage, reason) {
            case (.epmd, .notRegistered): return returned("port_please", .atom("noport"))
            case (.dns, _) where !isLookedUp: return returned("address_please", .tuple(.atom("error"), why))
            default: return returned("connect", .tuple(.atom("error"), why))
            }
        }
        if case .timeout = reason { return shutDown("timer", .atom("setup_timer_timeout")) }
        if isSecuring, !isWayGivenUp { return returned("handshake", .tuple(.atom("error"), why)) }
        let node = peer.flatMap { $0.utf8.contains(UInt8(ascii: "@")) ? String($0.prefix(255)) : nil } ?? "no_node"
        return shutDown(node, alert == nil ? shutdownReason(reason, why) : unreceived(why))
    }

    private func shutdownReason(_ reason: EndReason, _ why: Term) -> Term {
        switch reason {
        case .wrongCookie: .tuple(.atom(failed), .atom("bad_cookie"))
        case .notAllowed: .tuple(.atom("is_allowed"), .atom("not_allowed"))
        case .refusedBy(.notAllowed): .tuple(.atom("recv_status_failed"), .atom("not_allowed"))
        case .missingFlags(let names):
            .tuple(.atom("check_dflags_failed"), .list(names.prefix(64).map { .binary(String($0.prefix(40))) }))
        case .nameMismatch(_, let actual): .tuple(.atom("other_name"), .binary(String(actual.prefix(255))))
        case .notDistribution(let bytes): .tuple(.atom("first_bytes"), .binary(Array(bytes.prefix(32))))
        // These are read wherever they stand.
        case _ where reason.stated != nil: why
        default: unreceived(why)
        }
    }

    private func unreceived(_ why: Term) -> Term { .tuple(.atom(failed), .tuple(.atom("error"), why)) }

    /// `dist_util`'s word for what it could not receive.
    private var failed: Atom {
        switch (side, stage) {
        case (.acceptor, .reply): "recv_challenge_reply_failed"
        case (.acceptor, .status): "recv_status_reply_failed"
        case (.acceptor, _): "recv_name_failed"
        case (.initiator, .ack): "recv_challenge_ack_failed"
        case (.initiator, .challenge), (.initiator, .reply): "recv_challenge_failed"
        case (.initiator, _): "recv_status_failed"
        }
    }

    /// The reason as `inet` and `ssl` have it.
    private func reason(_ reason: EndReason, _ alert: AlertFacts?) -> Term {
        if let alert {
            let words: String = if case .tls(let words) = reason { String(words.prefix(300)) } else { "" }
            return .tuple(.atom("tls_alert"), .atom(Atom(alert.name)), .binary(words))
        }
        if let stated = reason.stated { return stated }
        switch reason {
        case .closed: return .atom("closed")
        case .reset: return .atom("econnreset")
        case .refused: return .atom("econnrefused")
        case .timeout: return .atom("timeout")
        case .unresolved(let words): return .binary(String(words.prefix(300)))
        default: return .atom("failed")
        }
    }

    private func shutDown(_ node: String, _ reason: Term) -> Term {
        .tuple(
            .atom("called"), .atom("shutdown"), .tuple(.atom("shutdown"), .atom(Atom(node)), reason))
    }

    private func returned(_ function: Atom, _ value: Term) -> Term {
        .tuple(.atom("returned"), .atom(function), value)
    }
}

extension CertificateDefect {
    /// `{bad_cert, Reason}`, as `public_key` has it and a node's trace reports it.
    var term: Term {
        let tag = Term.atom("bad_cert")
        func alone(_ word: Atom) -> Term { .tuple(tag, .atom(word)) }
        switch self {
        case .expired: return alone("cert_expired")
        case .unknownCA: return alone("unknown_ca")
        case .selfSigned: return alone("selfsigned_peer")
        case .usage: return alone("invalid_ext_keyusage")
        case .revoked: return alone("revoked")
        case .invalidSignature: return alone("invalid_signature")
        case .name(let expected, let presented):
            let names = presented.prefix(16).map { Term.tuple(.atom("dns"), .binary(String($0.prefix(255)))) }
            return .tuple(
                tag, .atom("hostname_check_failed"), .binary(String((expected ?? "").prefix(255))), .list(names))
        case .revocationUnknown(let words, let isBeyondRepair):
            return .tuple(
                tag, .tuple(.atom("revocation_unknown"), .binary(String(words.prefix(300))), .bool(isBeyondRepair)))
        case .other(let words): return .tuple(tag, .binary(String(words.prefix(300))))
        }
    }
}
