import ByteTransport
package import Diagnosis
import DistributionProtocol
import ErlangNode

/// Says of an attempt that failed why it did: the code of the one table of failures, the facts, the remedy.
package struct AttemptExplanation {
    let reasons: AttemptReasons
    let initiator: String
    let acceptor: String

    /// - Returns: nil while nothing says that it failed.
    package static func failure(of attempt: ConnectionAttempt) -> NodeFailure? {
        let reasons = AttemptReasons(attempt)
        if let own = reasons.own { return own }
        guard !reasons.ends.isEmpty || !reasons.alerts.isEmpty else { return nil }
        return AttemptExplanation(reasons).failure
    }

    private init(_ reasons: AttemptReasons) {
        self.reasons = reasons
        initiator = reasons.attempt.initiator.description
        acceptor = reasons.attempt.acceptor.description
    }

    private var failure: NodeFailure? {
        if let refusal = reasons.refusals.first { return refused(refusal) }
        if reasons.ends.contains(where: \.isAnsweredInTLS) { return plainToSecure() }
        if let (sender, alert) = reasons.alerts.first { return alerted(alert, by: sender) }
        let candidates = reasons.ends.compactMap { ended($0) }
        return candidates.first { $0.certainty == .certain } ?? candidates.first
    }

    func name(_ role: Role) -> String { role == .initiator ? initiator : acceptor }

    func failure(
        _ code: FailureCode, _ stage: NodeFailure.Stage, _ message: String, remedy: String? = nil,
        unless alternative: String? = nil
    ) -> NodeFailure {
        NodeFailure(
            code, stage: stage, node: acceptor, message: message, remedy: remedy ?? code.page.remedy,
            certainty: alternative.map { .likely(alternative: $0) } ?? .certain)
    }

    // MARK: ends

    private func ended(_ end: AttemptReasons.End) -> NodeFailure? {
        switch end.reason {
        case .failed(let failure): return failure
        case .wrongCookie: return wrongCookie(end.side)
        case .closed(let role), .reset(let role): return closed(by: role, end)
        case .refused: return notListening(end)
        case .unreachable(let words): return unreachable(words, end)
        case .unresolved(let words) where namesDiffer:
            return nameType(end.stage, ", and its host does not resolve: \(words)")
        case .unresolved(let words):
            return failure(
                .dns, .dns, "\(initiator) cannot resolve the host of \(acceptor): \(words)",
                remedy: "name the node by a host that resolves on the initiator; a headless service publishes only "
                    + "pods that are ready")
        case .notRegistered:
            return failure(
                .epmdNotRegistered, .epmd, "the epmd of \(acceptor)'s host does not know it, says \(initiator)",
                remedy: "see whether the node runs under this name, and registers at that epmd")
        case .timeout(let milliseconds): return late(milliseconds, end)
        case .notAllowed:
            return failure(
                .notAllowed, end.stage, "\(acceptor) does not let \(initiator) in: it is not on its allow list",
                remedy: "if it is to be let in, add it there with net_kernel:allow/1; over TLS the hosts of the "
                    + "allowed nodes are compared with the certificate")
        case .refusedBy(let status): return refusedBy(status, end.stage)
        case .missingFlags(let names):
            let poor = name(end.side?.other ?? .acceptor)
            // What OTP 26 has come to demand, and no more than that.
            let isOTP23 = Set(names).isSubset(of: ["UNLINK_ID", "V4_NC"])
            return failure(
                .flags, end.side == .initiator ? .challenge : end.stage,
                "\(poor) lacks the flags [\(names.joined(separator: ", "))], which "
                    + "\(name(end.side ?? .initiator)) needs: the releases are too far apart",
                remedy: isOTP23 ? "upgrade \(poor): OTP 23 or older can be connected with OTP 25 at most" : nil)
        case .nameMismatch(let dialled, let actual):
            return failure(
                .name, end.stage, "\(initiator) dialled \(dialled), and who answered calls itself \(actual)",
                remedy: "connect to it as \(actual), or see why epmd or the address lead to another node")
        case .notTLS(let bytes):
            return failure(
                .protocolViolation, .tls, "what came instead of TLS begins with \(Self.hexadecimal(bytes))",
                remedy: "check what listens at that port")
        case .notDistribution(let bytes): return notDistribution(bytes, end)
        case .badTLSOptions(let words):
            return failure(
                .tlsOptions, .tls, "\(name(end.side ?? .acceptor)) refuses a TLS option of its own: \(words)",
                remedy: "take it out of that section of the node's optfile, or mend it")
        case .tls(let words):
            return failure(
                .protocolViolation, .tls, "the TLS handshake of \(initiator) with \(acceptor) failed: \(words)")
        case .other(let words): return other(words, end)
        }
    }

    private func wrongCookie(_ side: Role?) -> NodeFailure {
        let judge = side ?? .acceptor
        return failure(
            .cookie, judge == .acceptor ? .reply : .ack,
            "\(name(judge)) and \(name(judge.other)) have different cookies: the digest that \(name(judge.other)) sent "
                + "is wrong",
            remedy: "compare erlang:phash2(erlang:get_cookie(), 1024) on both; look for a trailing newline, and for a "
                + "cookie that erlang:set_cookie/2 gave for this node only")
    }

    private func closed(by role: Role?, _ end: AttemptReasons.End) -> NodeFailure {
        let closer = name(role ?? end.side?.other ?? .acceptor)
        if let failure = closedForFlags(end) { return failure }
        switch (end.stage, end.side) {
        case (.status, _) where reasons.isHeldForAlive: return refusedBy(.alive, .status)
        case (.tcp, nil):
            return failure(
                .closed, .tcp,
                "\(initiator) connected to \(acceptor) and sent nothing until \(closer) closed the connection",
                remedy: "find out what connects from there: a health check or a scanner, or a node that hangs")
        // From between, an initiator that goes away is seen to do so.
        case (.status, nil) where role == .initiator, (.reply, nil) where role == .initiator:
            return failure(
                .closed, end.stage, "\(initiator) closed the connection in the middle of the handshake",
                remedy: "see that node's log: it is stopping, or gave up")
        case (.ack, .initiator?), (.reply, .initiator?), (.ack, nil), (.reply, nil):
            return failure(
                .cookie, .ack,
                "\(acceptor) closed the connection right after the challenge reply of \(initiator): their cookies differ",
                remedy:
                    "compare erlang:phash2(erlang:get_cookie(), 1024) on both; the acceptor's log says `Invalid challenge "
                    + "reply`",
                unless: "\(acceptor) stopped, or its setup timer ran out, in that moment")
        case (.status, .initiator?), (.name, .initiator?), (.status, nil), (.name, nil):
            let isSecure = !reasons.secureSides.isEmpty
            return failure(
                isSecure ? .notAllowed : .tcpToTLS, .status,
                "\(acceptor) closed the connection instead of answering the name of \(initiator)",
                remedy: isSecure
                    ? "over TLS a node closes without a word on a host that is not allowed (net_kernel:allow/1)"
                    : "if the acceptor requires TLS, give the initiator -proto_dist inet_tls and an optfile",
                unless: isSecure
                    ? "the acceptor is stopping, or rejected the certificate after the handshake (TLS 1.3)"
                    : "the acceptor is stopping, or another service listens there")
        case (.tls, _) where reasons.sealedAlert != nil: return refusedInSecret(by: reasons.sealedAlert ?? .acceptor)
        case (.tls, _) where reasons.isSecured:
            return failure(
                .closed, .name,
                "\(closer) closed the connection when the TLS handshake was over and no name had been sent",
                remedy: "find out what connects from there: a health check or a scanner; else see that node's log",
                unless: "E-NOT-ALLOWED: over TLS a node closes without a word on a host that is not allowed")
        case (.tls, .initiator?) where reasons.waited(end.side) >= Self.patience && role != .initiator:
            return silentBehindHello(
                "closed the connection after the TLS hello of \(initiator), without a word",
                isSure: reasons.plainSides == [.acceptor])
        case (.tls, _):
            return failure(
                .tlsKey, .tls, "\(closer) closed the connection in the TLS handshake without an alert",
                remedy: "see that node's log: its TLS listener may have no usable key or certificate",
                unless: "E-TLS-OPTIONS: it refuses an option of its own file; or a proxy cut it, or it was a probe")
        case (.reply, .acceptor?):
            return failure(
                .closed, .reply, "\(closer) closed the connection after the challenge of \(acceptor)",
                remedy: "trace \(closer), or see its log",
                unless: "E-NAME: it dialled another name than \(acceptor), and found that out")
        default:
            return failure(
                .closed, end.stage, "\(closer) closed the connection in the middle of the handshake",
                remedy: "see that node's log: it is stopping, or gave up")
        }
    }

    /// An initiator that misses flags in the challenge closes without a word.
    private func closedForFlags(_ end: AttemptReasons.End) -> NodeFailure? {
        guard end.side == .acceptor, end.stage == .reply, let shown = reasons.flags(of: .acceptor),
            let own = reasons.flags(of: .initiator), own.missing(from: .mandatory26).isEmpty
        else { return nil }
        let missing = shown.missing(from: .mandatory26).names
        guard !missing.isEmpty else { return nil }
        return failure(
            .flags, .challenge,
            "\(initiator) closed the connection after the challenge of \(acceptor), which lacks "
                + "[\(missing.joined(separator: ", "))]: OTP 26 and later demand them",
            remedy: "upgrade \(acceptor), unless \(initiator) runs OTP 25 or earlier",
            unless: "E-CLOSED: \(initiator) stopped in that moment")
    }

    /// Who closes as late as this waited for something first; the shortest `net_setuptime` is a second. Microseconds.
    static let patience = 900_000

    private func notListening(_ end: AttemptReasons.End) -> NodeFailure {
        let host = reasons.attempt.acceptor.address
        if end.stage <= .epmd {
            let place = "the host of \(acceptor)\(host.map { " (\($0.host))" } ?? "")"
            return failure(
                .epmdRefused, .epmd, "epmd is not running on \(place): connection refused",
                remedy: "see whether \(acceptor) runs; where it does, whether its epmd listens on another port "
                    + "(ERL_EPMD_PORT) or on loopback only, or whether it runs without (-erl_epmd_port, -epmd_module)")
        }
        return failure(
            .tcpRefused, .tcp,
            "nothing listens at \(host?.description ?? "the port"), where epmd says that \(acceptor) does",
            remedy: "see whether the node runs: it ended just now, or listens on another interface "
                + "(inet_dist_use_interface)")
    }

    private func unreachable(_ words: String, _ end: AttemptReasons.End) -> NodeFailure {
        let host = reasons.attempt.acceptor.address
        if end.stage <= .epmd {
            return failure(
                .epmdTimeout, .epmd,
                "\(initiator) cannot reach epmd on the host of \(acceptor)\(host.map { " (\($0.host))" } ?? ""): \(words)",
                remedy: "check routes, the firewall and the NetworkPolicy for epmd's port (4369, or ERL_EPMD_PORT)")
        }
        return failure(
            .tcpTimeout, .tcp,
            "\(initiator) cannot reach \(acceptor)\(host.map { " at \($0)" } ?? ""): \(words)",
            remedy: "check routes, the firewall and the NetworkPolicy for this port")
    }

    func refusedBy(_ status: HandshakeStatus, _ stage: NodeFailure.Stage) -> NodeFailure {
        switch status {
        case .notAllowed:
            // An acceptor says the same of both.
            let missing = reasons.flags(of: .initiator)?.missing(from: .mandatory26).names ?? []
            guard missing.isEmpty else {
                return failure(
                    .flags, .status,
                    "\(acceptor) refuses \(initiator) (status not_allowed), which lacks the flags "
                        + "[\(missing.joined(separator: ", "))] that OTP 26 and later demand: the releases are too far "
                        + "apart",
                    remedy: "upgrade \(initiator): a node of OTP 23 or older connects to OTP 25 at most",
                    unless: "E-NOT-ALLOWED: the acceptor runs OTP 25 or older, and has an allow list "
                        + "(net_kernel:allow/1)")
            }
            return failure(
                .notAllowed, .status, "\(acceptor) does not allow \(initiator): status not_allowed",
                remedy: "see the acceptor's log for the reason; only where it has an allow list can net_kernel:allow/1 "
                    + "add to it: elsewhere that call would shut out the other peers",
                unless: "E-FLAGS: the acceptor misses distribution flags; its log names them")
        case .nok:
            return failure(
                .nok, .status,
                "\(initiator) and \(acceptor) dialled each other at once, and the other attempt was preferred",
                remedy: "nothing: the other connection stands")
        case .false:
            return failure(
                .alive, .status,
                "\(initiator) gave its attempt up when \(acceptor) said that a link to it lives (status alive, answered "
                    + "with false)",
                remedy: "nothing where the two are connected now: another attempt came first; else see whether two "
                    + "nodes have the name \(initiator)")
        case .alive:
            return failure(
                .alive, .status, "\(acceptor) still holds a link to \(initiator)",
                remedy: "wait for up to net_ticktime; if it stays, two nodes have this name (OTP 25 and later give up "
                    + "the old link, OTP 23 does not)")
        default:
            return failure(.protocolViolation, stage, "\(acceptor) answered with status \(status)")
        }
    }

    private func notDistribution(_ bytes: [UInt8], _ end: AttemptReasons.End) -> NodeFailure {
        if bytes.first == 0x16 {
            return failure(
                .tlsToTCP, .name, "\(initiator) speaks TLS to \(acceptor), which speaks plain distribution",
                remedy: "use the same on both: -proto_dist inet_tls with an optfile, or neither")
        }
        return failure(
            .protocolViolation, .name,
            "\(name(end.sender ?? .initiator)) does not speak distribution: its first bytes are "
                + Self.hexadecimal(bytes),
            remedy: end.sender == .acceptor
                ? "check what listens at that port"
                : "find out what connects to the distribution port from there: a health check, a scanner")
    }

    private func other(_ words: String, _ end: AttemptReasons.End) -> NodeFailure {
        if words == "no name", end.side == .acceptor, reasons.waited(.acceptor) >= Self.patience {
            return failure(
                .setupTimeout, .name, "\(initiator) connected to \(acceptor), sent no name and went away again",
                remedy: "find out what connects from there: a health check or a scanner, or a node that hangs",
                unless: "E-TLS-TO-TCP: it speaks TLS, and this node does not")
        }
        if words == "no name", end.side == .acceptor {
            return failure(
                .protocolViolation, .name, "\(initiator) connected to \(acceptor) and sent no name of a node",
                remedy: "find out what connects to the distribution port from there: a health check, a scanner",
                unless: "it closed the connection at once: a probe, or a node whose other attempt was preferred")
        }
        let isNameType =
            words == "not_shortnames" || words == "not_longnames" || words == "illegal_node_name"
            || end.stage <= .epmd && namesDiffer
        if isNameType { return nameType(end.stage, "") }
        if end.stage == .epmd {
            return failure(
                .epmdNotRegistered, .epmd, "epmd gave \(initiator) no port for \(acceptor): \(words)",
                unless: "E-EPMD-REFUSED: epmd does not run on that host")
        }
        return failure(
            .closed, end.stage, "the attempt of \(initiator) to connect to \(acceptor) ended: \(words)",
            remedy: "see the logs of both nodes")
    }

    private func nameType(_ stage: NodeFailure.Stage, _ more: String) -> NodeFailure {
        failure(
            .nameType, stage, "\(initiator) cannot dial \(acceptor): one has a short name, the other a long one\(more)",
            remedy: "use the same name type everywhere (-sname or -name); an IP address counts as long")
    }

    private var namesDiffer: Bool {
        guard let one = reasons.attempt.initiator.name.flatMap({ try? NodeName($0) }),
            let other = reasons.attempt.acceptor.name.flatMap({ try? NodeName($0) })
        else { return false }
        return one.isLong != other.isLong
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        if !bytes.isEmpty, bytes.allSatisfy({ (0x20..<0x7f).contains($0) }) {
            return "\"\(String(decoding: bytes, as: UTF8.self))\""
        }
        return bytes.isEmpty ? "nothing" : Hexadecimal.text(bytes)
    }
}
