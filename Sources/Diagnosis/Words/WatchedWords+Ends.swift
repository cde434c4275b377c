import DistributionProtocol

/// What ends an attempt by itself: on the way to the node, and in the distribution handshake.
extension WatchedWords {
    func ended(_ end: AttemptFacts.End) -> NodeFailure {
        let address = facts.acceptor.address
        switch end.reason {
        case .failed(let failure): return failure
        case .wrongCookie:
            let judge = end.side ?? .acceptor
            return failure(
                "\(name(judge)) and \(name(judge.other)) have different cookies: the digest that \(name(judge.other)) "
                    + "sent is wrong",
                "compare erlang:phash2(erlang:get_cookie(), 1024) on both; look for a trailing newline, and for a "
                    + "cookie that erlang:set_cookie/2 gave for this node only")
        case .refused where end.stage <= .epmd:
            let place = "the host of \(acceptor)\(address.map { " (\($0.host))" } ?? "")"
            return failure(
                "epmd is not running on \(place): connection refused",
                "see whether \(acceptor) runs; where it does, whether its epmd listens on another port (ERL_EPMD_PORT) "
                    + "or on loopback only, or whether it runs without (-erl_epmd_port, -epmd_module)")
        case .refused:
            return failure(
                "nothing listens at \(address?.description ?? "the port"), where epmd says that \(acceptor) does",
                "see whether the node runs: it ended just now, or listens on another interface "
                    + "(inet_dist_use_interface)")
        case .unreachable(let words) where end.stage <= .epmd:
            return failure(
                "\(initiator) cannot reach epmd on the host of \(acceptor)\(address.map { " (\($0.host))" } ?? ""): "
                    + "\(words)",
                "check routes, the firewall and the NetworkPolicy for epmd's port (4369, or ERL_EPMD_PORT)")
        case .unreachable(let words):
            return failure(
                "\(initiator) cannot reach \(acceptor)\(address.map { " at \($0)" } ?? ""): \(words)",
                "check routes, the firewall and the NetworkPolicy for this port")
        case .unresolved(let words):
            return failure(
                "\(initiator) cannot resolve the host of \(acceptor): \(words)",
                "name the node by a host that resolves on the initiator; a headless service publishes only pods that "
                    + "are ready")
        case .notRegistered:
            return failure(
                "the epmd of \(acceptor)'s host does not know it, says \(initiator)",
                "see whether the node runs under this name, and registers at that epmd")
        case .timeout(let milliseconds): return late(milliseconds, end)
        case .notAllowed:
            return failure(
                "\(acceptor) does not let \(initiator) in: it is not on its allow list",
                "if it is to be let in, add it there with net_kernel:allow/1; over TLS the hosts of the allowed nodes "
                    + "are compared with the certificate")
        case .refusedBy(let status): return refusedBy(status)
        case .missingFlags(let names): return missingFlags(names, end)
        case .nameMismatch(let dialled, let actual):
            return failure(
                "\(initiator) dialled \(dialled), and the node that answered calls itself \(actual)",
                "connect to it as \(actual), or see why epmd or the address lead to another node")
        case .notDistribution(let bytes):
            return failure(
                "\(name(end.sender ?? .initiator)) does not speak distribution: its first bytes are "
                    + Phrases.hexadecimal(bytes),
                end.sender == .acceptor
                    ? "check what listens at that port"
                    : "find out what connects to the distribution port from there: a health check, a scanner")
        case .other(let words) where end.stage == .epmd:
            return failure(
                "epmd gave \(initiator) no port for \(acceptor): \(words)",
                unless: "E-EPMD-REFUSED: epmd does not "
                    + "run on that host")
        case .other(let words), .violation(let words), .badTLSOptions(let words), .tls(let words),
            .noCommonParameters(let words):
            return failure(
                "the attempt of \(initiator) to connect to \(acceptor) ended: \(words)", "see the logs of both nodes")
        case .tunnel(let tunnel):
            return failure(
                "the tunnel \(tunnel.tunnel) to \(acceptor) carries nothing: \(tunnel.words)",
                "see what its program says when it is run by hand")
        case .closed, .reset, .notTLS, .foreignKey:
            let place = end.stage == .epmd ? "epmd on the host of \(acceptor)" : address?.description ?? acceptor
            return failure(
                "\(place) closed the connection of \(initiator) without an answer", "check what listens at that port")
        }
    }

    private func missingFlags(_ names: [String], _ end: AttemptFacts.End) -> NodeFailure {
        let poor = name(end.side?.other ?? .acceptor)
        // What OTP 26 has come to demand, and no more than that.
        let isOTP23 = Set(names).isSubset(of: ["UNLINK_ID", "V4_NC"])
        return failure(
            "\(poor) lacks the flags [\(names.joined(separator: ", "))], which \(name(end.side ?? .initiator)) needs: "
                + "the releases are too far apart",
            isOTP23 ? "upgrade \(poor): OTP 23 or older can be connected with OTP 25 at most" : nil)
    }

    private func refusedBy(_ status: HandshakeStatus) -> NodeFailure {
        switch status {
        case .notAllowed:
            return failure(
                "\(acceptor) does not allow \(initiator): status not_allowed",
                "see the acceptor's log for the reason; only where it has an allow list can net_kernel:allow/1 add to "
                    + "it: elsewhere that call would shut out the other peers",
                unless: "E-FLAGS: the acceptor misses distribution flags; its log names them")
        case .nok:
            return failure(
                "\(initiator) and \(acceptor) dialled each other at once, and the other attempt was preferred",
                "nothing: the other connection stands")
        case .false:
            return failure(
                "\(initiator) gave its attempt up when \(acceptor) said that a link to it lives (status alive, "
                    + "answered with false)",
                "nothing where the two are connected now: another attempt came first; else see whether two nodes have "
                    + "the name \(initiator)")
        case .alive:
            return failure(
                "\(acceptor) still holds a link to \(initiator)",
                "wait for up to net_ticktime; if it stays, two nodes have this name (OTP 25 and later give up the old "
                    + "link, OTP 23 does not)")
        default: return failure("\(acceptor) answered with status \(status)")
        }
    }

    func nameType(_ more: String) -> NodeFailure {
        failure(
            "\(initiator) cannot dial \(acceptor): one has a short name, the other a long one\(more)",
            "use the same name type everywhere (-sname or -name); an IP address counts as long")
    }

    // MARK: closes

    var closed: NodeFailure {
        switch finding.cause {
        case .closedAtName(let isSecure):
            return failure(
                "\(acceptor) closed the connection instead of answering the name of \(initiator)",
                isSecure
                    ? "over TLS a node closes without a word on a host that is not allowed (net_kernel:allow/1)"
                    : "if the acceptor requires TLS, give the initiator -proto_dist inet_tls and an optfile",
                unless: isSecure
                    ? "the acceptor is stopping, or rejected the certificate after the handshake (TLS 1.3)"
                    : "the acceptor is stopping, or another service listens there")
        case .closedAtReply:
            return failure(
                "\(acceptor) closed the connection right after the challenge reply of \(initiator): their cookies "
                    + "differ",
                "compare erlang:phash2(erlang:get_cookie(), 1024) on both; the acceptor's log says `Invalid "
                    + "challenge reply`",
                unless: "\(acceptor) stopped, or its setup timer ran out, in that moment")
        case .leftForName(let dialled, let actual):
            return failure(
                "\(initiator) dialled \(dialled), and closed the connection when \(actual) said its name",
                "connect to it as \(actual), or see why epmd or the address lead to another node",
                unless: "E-CLOSED: \(initiator) stopped in that moment")
        case .leftForFlags(let missing):
            return failure(
                "\(initiator) closed the connection after the challenge of \(acceptor), which lacks "
                    + "[\(missing.joined(separator: ", "))]: OTP 26 and later demand them",
                "upgrade \(acceptor), unless \(initiator) runs OTP 25 or earlier",
                unless: "E-CLOSED: \(initiator) stopped in that moment")
        case .leftAtChallenge:
            return failure(
                "\(initiator) closed the connection after the challenge of \(acceptor), as a node does that dialled "
                    + "another name",
                "compare the name that is dialled there with \(acceptor); a trace on \(initiator) shows both",
                unless: "E-CLOSED: it stopped just then, or gave up")
        case .plainProbe:
            return failure(
                "erlclu-ctl asked \(acceptor) whether it speaks the distribution without TLS, and left: nothing is wrong "
                    + "with this connection",
                "see what the command that asked says of \(acceptor)")
        case .probe(let closer, let isSecured): return probe(by: closer, isSecured: isSecured)
        case .closedInTLS(let closer):
            return failure(
                "\(name(closer)) closed the connection in the middle of the TLS handshake, without an alert",
                "see that node's log; a proxy between may have cut the connection")
        case .sentNoName(let afterWaiting): return sentNoName(afterWaiting: afterWaiting)
        case .refusedForFlags(let missing):
            return failure(
                "\(acceptor) refuses \(initiator) (status not_allowed), which lacks the flags "
                    + "[\(missing.joined(separator: ", "))] that OTP 26 and later demand: the releases are too far "
                    + "apart",
                "upgrade \(initiator): a node of OTP 23 or older connects to OTP 25 at most",
                unless: "E-NOT-ALLOWED: the acceptor runs OTP 25 or older, and has an allow list (net_kernel:allow/1)")
        case .closed(let closer):
            return failure(
                "\(name(closer)) closed the connection in the middle of the handshake",
                "see that node's log: it is stopping, or gave up",
                unless: "E-NAME: it dialled another name than \(name(closer.other)), and found that out")
        default: return failure("\(initiator) and \(acceptor) did not connect")
        }
    }

    private func probe(by closer: Role, isSecured: Bool) -> NodeFailure {
        if isSecured {
            return failure(
                "\(name(closer)) closed the connection when the TLS handshake was over and no name had been sent",
                "find out what connects from there: a health check or a scanner; else see that node's log",
                unless: "E-NOT-ALLOWED: over TLS a node closes without a word on a host that is not allowed")
        }
        guard finding.stage == .tls else {
            return failure(
                "\(initiator) connected to \(acceptor) and sent nothing until \(name(closer)) closed the connection",
                Self.stranger)
        }
        return failure(
            "\(initiator) connected to \(acceptor) and closed the connection: it sent nothing, as a health check or a "
                + "scanner does, or left the TLS handshake without an alert",
            Self.stranger,
            unless: "E-TLS-OPTIONS: it is a node that refuses an option of its own file, which its log says")
    }

    private func sentNoName(afterWaiting: Bool) -> NodeFailure {
        guard afterWaiting else {
            return failure(
                "\(initiator) connected to \(acceptor) and sent no name of a node",
                "find out what connects to the distribution port from there: a health check, a scanner",
                unless: "it closed the connection at once: a probe, or a node whose other attempt was preferred")
        }
        return failure(
            "\(initiator) connected to \(acceptor), sent no name and went away again", Self.stranger,
            unless: "E-TLS-TO-TCP: it speaks TLS, and this node does not")
    }

    // MARK: silence

    private func late(_ milliseconds: Int?, _ end: AttemptFacts.End) -> NodeFailure {
        let time = time(milliseconds)
        switch end.stage {
        case .dns: return failure("\(initiator) got no answer from its name servers for \(acceptor)\(time)")
        case .epmd:
            return failure(
                "epmd on the host of \(acceptor) did not answer \(initiator)\(time)",
                "see whether epmd hangs on that host, or a firewall drops packets for its port (4369, or "
                    + "ERL_EPMD_PORT)")
        case .tcp:
            return failure(
                "\(initiator) got no answer from \(facts.acceptor.address?.description ?? acceptor)\(time): packets "
                    + "are dropped, or the host is down",
                "check the firewall, the NetworkPolicy and that the address is right")
        case .tls where end.side == nil && facts.isSecured:
            return failure(
                "\(initiator) finished the TLS handshake with \(acceptor) and sent no name\(time)", Self.stranger)
        case .tls where end.side == .acceptor:
            return failure(
                "\(initiator) connected to \(acceptor) and did not finish the TLS handshake\(time)", Self.stranger)
        case .tls:
            return failure(
                "the TLS handshake of \(initiator) with \(acceptor) stalled: nothing came\(time)",
                "look at the CPU share of both nodes, and for lost packets between them")
        case .name where end.side == .acceptor:
            return failure(
                "\(initiator) connected to \(acceptor) and sent no name\(time)", Self.stranger,
                unless: "E-TLS-TO-TCP: it speaks TLS, and this node does not; or net_kernel of \(acceptor) was too "
                    + "busy to answer a name")
        default: return silent(milliseconds, end.side?.other ?? .acceptor, end.stage)
        }
    }

    private func silent(_ milliseconds: Int?, _ awaited: Role, _ stage: NodeFailure.Stage) -> NodeFailure {
        failure(
            "the handshake of \(initiator) with \(acceptor) stalled in \(stage.rawValue): \(name(awaited)) said nothing"
                + time(milliseconds),
            "look at that node's CPU share, and at the message queue of net_kernel there")
    }
}
