import DistributionProtocol
import ErlangTerm

/// What ends an attempt of ours by itself: on the way to the node, and in the distribution handshake.
extension OwnWords {
    func ended(_ end: AttemptFacts.End) -> NodeFailure {
        switch end.reason {
        case .failed(let failure): return failure
        case .unresolved(let words): return unresolved(words, end)
        case .tunnel(let tunnel): return tunnelFailed(tunnel)
        case .refused, .unreachable, .notRegistered: return end.stage <= .epmd ? ofEPMD(end) : ofNode(end)
        case .timeout, .closed, .reset:
            if end.stage <= .epmd { return ofEPMD(end) }
            if end.stage == .tcp { return ofNode(end) }
            return stalled(end)
        case .refusedBy(let status): return refused(status)
        case .nameMismatch(let dialled, let actual): return otherName(dialled, actual)
        case .missingFlags(let names):
            return failure(
                "\(node) lacks the distribution flags [\(names.joined(separator: ", "))], which we need: its release "
                    + "is too old",
                "this tool speaks to OTP 23 and later")
        case .wrongCookie:
            return failure(
                "\(node) has another cookie than ours (\(own.cookie)): its answer to our challenge is wrong",
                Self.cookieRemedy)
        case .notDistribution(let bytes):
            return failure(
                "what answers at \(endpoint) for \(node) does not speak distribution: it says \(Phrases.quoted(bytes))",
                "check the port; another service listens there")
        case .violation(let detail) where end.stage <= .epmd:
            return failure(
                "what answers at \(own.epmd ?? endpoint) is not epmd: \(detail)",
                "check \(.epmdAddress) and ERL_EPMD_PORT")
        case .violation(let detail): return violation(detail)
        case .notAllowed, .notTLS, .badTLSOptions, .tls, .noCommonParameters, .foreignKey, .other:
            return violation("it ended the attempt in \(end.stage.rawValue)")
        }
    }

    private func violation(_ detail: String) -> NodeFailure {
        failure(
            "\(node) at \(endpoint) breaks the distribution protocol: \(detail)",
            "check that a node listens there and nothing between changes the bytes")
    }

    // MARK: the way

    private func unresolved(_ reason: String, _ end: AttemptFacts.End) -> NodeFailure {
        failure(
            "host \(own.host) of \(node) does not resolve: \(reason)",
            "check the name, or give the address with \(.nodeAddress); a headless service publishes only pods that are "
                + "ready")
    }

    private func tunnelFailed(_ tunnel: TunnelFailure) -> NodeFailure {
        failure(
            "the tunnel \(tunnel.tunnel) to \(node) carries nothing: \(tunnel.words)",
            tunnel.command.isEmpty
                ? "see that the tunnel leads there (\(.tunnel))"
                : "see what its program says by hand: \(.program(tunnel.command))",
            unless: "E-PROTOCOL, where the tunnel leads on, and something else than a node or epmd listens there")
    }

    private func ofEPMD(_ end: AttemptFacts.End) -> NodeFailure {
        let epmd = own.epmd ?? endpoint
        let remedy: Remedy =
            "see whether the node runs; for one that does, and without epmd, give its port with \(.nodeAddress)"
        switch end.reason {
        case .notRegistered: return notRegistered(at: epmd)
        case .refused: return failure("epmd is not running at \(epmd): connection refused", remedy)
        case .unreachable(let words): return filtered(epmd, words)
        case .timeout where end.stage == .dns:
            return failure(
                "no name server says within \(own.waited) what the address of \(own.host) is, for \(node)",
                "check the name servers (/etc/resolv.conf), or give the address with \(.nodeAddress)")
        case .timeout where own.isEPMDConnected:
            return failure(
                "\(epmd) takes the connection, and says nothing within \(own.waited)",
                "give the node's port with \(.nodeAddress), and see whether it is epmd that hangs there, or another "
                    + "service; an epmd that is restarted has forgotten its nodes")
        case .timeout: return filtered(epmd, "no packet came back within \(own.waited)")
        case .other(let words): return failure("epmd at \(epmd) cannot be asked: \(words)", remedy)
        default:
            return failure(
                "\(epmd) closed the connection without an answer: it is not epmd, or epmd refuses us", remedy)
        }
    }

    private func filtered(_ epmd: Endpoint, _ detail: String) -> NodeFailure {
        failure(
            "epmd at \(epmd) cannot be reached (\(detail)): it is filtered, or its host is down",
            "open port \(epmd.port) to this machine, or give the node's port with \(.nodeAddress)")
    }

    private func notRegistered(at epmd: Endpoint) -> NodeFailure {
        let alive = node.split(separator: "@").first.map(String.init) ?? node
        var message = "epmd at \(epmd) does not know \(alive)"
        if let known = own.registered {
            message += known.isEmpty ? "; it knows no node at all" : "; it knows \(Phrases.list(known))"
            // To be typed, not to be pasted: the command may stop the node.
            if let near = NearMiss.of(alive, among: known) { message += " (did you mean \(near)?)" }
        }
        return failure(
            message,
            "see whether the node runs, and whether it registers at this epmd; a node without epmd needs "
                + "\(.nodeAddress)")
    }

    private func ofNode(_ end: AttemptFacts.End) -> NodeFailure {
        switch end.reason {
        case .refused:
            if let epmd = own.epmd {
                return failure(
                    "nothing listens at \(endpoint), where epmd at \(epmd) says that \(node) does",
                    "see whether the node runs: it ended just now, or listens on another interface "
                        + "(inet_dist_use_interface)")
            }
            return failure(
                "nothing listens at \(endpoint), the address given for \(node)",
                "see whether the node runs, and whether the port-forward does; `\(.nodesOf(host: endpoint.host))` "
                    + "lists the ports that epmd knows")
        case .unreachable(let words):
            return failure(
                "\(endpoint) cannot be reached for \(node): \(words)",
                "check routes, the firewall and the NetworkPolicy for this port")
        case .timeout:
            return failure(
                "no answer from \(endpoint) for \(node) within \(own.waited): packets are dropped, or its host is down",
                "check the firewall, the NetworkPolicy and that the address is right")
        default:
            return failure(
                "\(endpoint) closed the connection as soon as it was made",
                "a proxy or port-forward without a node behind it does this; check what listens there")
        }
    }

    // MARK: the handshake

    private func stalled(_ end: AttemptFacts.End) -> NodeFailure {
        let waited: String
        let remedy: Remedy
        switch end.stage {
        case .tls:
            waited = "answered our TLS hello"
            remedy =
                "the node hangs or is starved of CPU; OTP 23 and earlier also wait for one stalled client before they "
                + "take the next"
        case .challenge, .ack:
            waited = end.stage == .ack ? "judged our answer to its challenge" : "followed its status with a challenge"
            remedy =
                "the node hangs in the handshake: look at its CPU share, and at net_kernel's message queue"
        default:
            waited = "answered our name"
            remedy =
                "the node accepts connections and does not run: stopped (SIGSTOP, a debugger), starved of CPU, or "
                + "another service listens there"
        }
        return failure(
            "\(node) at \(endpoint) stalled in \(end.stage.rawValue): it has not \(waited) within "
                + "\(own.waited)", remedy,
            unless: "E-TLS-TO-TCP: it speaks plain distribution, and takes our hello for the start of a long message")
    }

    private func refused(_ status: HandshakeStatus) -> NodeFailure {
        switch status {
        case .notAllowed:
            return failure(
                "\(node) does not allow us: status not_allowed",
                // The first call of that function shuts out all whom it does not name, where everybody was let in before.
                "see the node's log: it says `disallowed node` where there is an allow list, to which "
                    + "net_kernel:allow/1 can add our host; on a node without one that call would shut out its peers",
                unless: "E-FLAGS: it misses distribution flags of ours; its log names them")
        case .alive, .false:
            return failure(
                "\(node) still holds a link to our name: status alive",
                "it notices within net_ticktime (60 s) that the old one is gone; if it persists, two nodes have one "
                    + "name")
        case .nok:
            return failure(
                "\(node) refuses this attempt: status nok",
                "a simultaneous attempt won, or we use the node's own name; try again")
        default: return violation("its status is \(Phrases.quoted(Array(status.description.utf8)))")
        }
    }

    private func otherName(_ dialled: String, _ actual: String) -> NodeFailure {
        let command = Remedy(.dial(name: actual, endpoint))
        if finding.code == .nameType {
            return failure(
                "you dialled \(dialled), it calls itself \(actual): one is a short name, the other a long one",
                "\(command); nodes among themselves need the same name type everywhere (an IP address counts as long)")
        }
        return failure(
            "you dialled \(dialled), it calls itself \(actual)", "\(command), if that node is the one that is meant")
    }
}
