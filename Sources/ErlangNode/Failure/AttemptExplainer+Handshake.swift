import Diagnosis
import DistributionProtocol

extension AttemptExplainer {
    /// A distribution handshake that the machine gave up.
    /// - Parameter cookie: where our cookie came from, and its hash as `auth` would show it, for E-COOKIE.
    func explain(_ handshake: HandshakeFailure, cookie: String) -> NodeFailure {
        let stage = Self.stage(handshake.stage)
        switch handshake.reason {
        case .refused(let status), .unexpectedStatus(let status):
            return refused(status, stage)
        case .nameMismatch(let dialled, let actual):
            return failure(
                .name, stage, "you dialled \(dialled), it calls itself \(actual)",
                remedy: "\(command(for: actual)), if that node is the one that is meant")
        case .nameTypeMismatch(let dialled, let actual):
            return failure(
                .nameType, stage,
                "you dialled \(dialled), it calls itself \(actual): one is a short name, the other a long one",
                remedy: "\(command(for: actual)); nodes among themselves need the same name type everywhere "
                    + "(an IP address counts as long)")
        case .missingFlags(let missing, let peer):
            return failure(
                .flags, stage,
                "\(peer.name) lacks the distribution flags [\(missing.names.joined(separator: ", "))], "
                    + "which we need: its release is too old",
                remedy: "this tool speaks to OTP 23 and later")
        case .wrongDigest:
            return failure(
                .cookie, stage,
                "\(node) has another cookie than ours (\(cookie)): its answer to our challenge is wrong",
                remedy: Self.cookieRemedy)
        case .closed: return closed(at: handshake.stage, cookie: cookie)
        case .peerSpeaksTLS(let alert):
            let said = alert.map { " (it answers with TLS \(TLSAlert.words($0)))" } ?? ""
            return failure(
                .tcpToTLS, stage, "\(node) at \(endpoint) requires TLS\(said)",
                remedy: "give the node's ssl_dist_optfile with --optfile, or --ca, --cert and --key")
        case .messageTooLong(let length, let limit, let firstBytes):
            return failure(
                .protocolViolation, stage,
                firstBytes.isEmpty
                    ? "\(node) at \(endpoint) sends a handshake message of \(length) bytes (the limit is \(limit))"
                    : "what answers at \(endpoint) for \(node) does not speak distribution: it says "
                        + Self.quoted(firstBytes),
                remedy: "check the port; another service listens there")
        case .badAssignedName(let name):
            return violation(stage, "it gave us the name \(name), which is none on the host that we said")
        case .unexpectedMessage(let tag, let expected):
            return violation(stage, "a message with tag \(tag) came where \(expected) was due")
        case .malformed(let message, let detail):
            return violation(stage, "its \(message) message is malformed: \(detail)")
        case .bytesOutOfTurn:
            return violation(stage, "it sent bytes before it was its turn")
        case .invalidName(let name), .notAllowed(let name):
            return violation(stage, "the name \(name) is refused on this side")
        }
    }

    /// The setup timer ran out.
    func setupTimeout(at stage: NodeFailure.Stage, after seconds: String) -> NodeFailure {
        let (waited, remedy) =
            switch stage {
            case .tls:
                (
                    "answered our TLS hello",
                    "the node hangs or is starved of CPU; OTP 23 and earlier also wait for one stalled client before "
                        + "they take the next"
                )
            case .challenge:
                (
                    "followed its status with a challenge",
                    "the node hangs in the handshake: look at its CPU share, and at net_kernel's message queue"
                )
            case .ack:
                (
                    "judged our answer to its challenge",
                    "the node hangs in the handshake: look at its CPU share, and at net_kernel's message queue"
                )
            default:
                (
                    "answered our name",
                    "the node accepts connections and does not run: stopped (SIGSTOP, a debugger), starved of CPU, or "
                        + "another service listens there"
                )
            }
        return failure(
            .setupTimeout, stage,
            "\(node) at \(endpoint) stalled in \(stage.rawValue): it has not \(waited) within \(seconds)",
            remedy: remedy)
    }

    /// The same command with the name that the node has, at the address where it was found.
    private func command(for actual: String) -> String {
        "erlclu-ctl -n \(Self.shellWord(actual)) --address \(Self.shellWord(endpoint.description)) ..."
    }

    private func refused(_ status: HandshakeStatus, _ stage: NodeFailure.Stage) -> NodeFailure {
        switch status {
        case .notAllowed:
            failure(
                .notAllowed, stage, "\(node) does not allow us: status not_allowed",
                remedy: Self.allowRemedy,
                unless: "E-FLAGS: it misses distribution flags of ours; its log names them")
        case .alive:
            failure(
                .alive, stage, "\(node) still holds a link to our name: status alive",
                remedy:
                    "it notices within net_ticktime (60 s) that the old one is gone; if it persists, two nodes have "
                    + "one name")
        case .nok:
            failure(
                .nok, stage, "\(node) refuses this attempt: status nok",
                remedy: "a simultaneous attempt won, or we use the node's own name; try again")
        default:
            violation(stage, "its status is \(Self.quoted(Array(status.description.utf8)))")
        }
    }

    private func closed(at stage: HandshakeFailure.Stage, cookie: String) -> NodeFailure {
        switch stage {
        case .reply, .ack:
            failure(
                .cookie, .ack,
                "\(node) closed the connection right after our challenge reply: "
                    + "it has another cookie than ours (\(cookie))",
                remedy: Self.cookieRemedy,
                unless: "the node's setup timer (net_setuptime) ran out; for a cookie its log says `Invalid challenge "
                    + "reply`")
        case .name where !isSecure, .status where !isSecure:
            failure(
                .tcpToTLS, .status, "\(node) at \(endpoint) closed the connection before its status",
                remedy: "give the node's ssl_dist_optfile with --optfile, or --ca, --cert and --key",
                unless: "it does not allow this host (net_kernel:allow/1), or another service listens there")
        case .name, .status:
            failure(
                .notAllowed, .status, "\(node) at \(endpoint) closed the connection before its status",
                remedy: "over TLS a node that does not allow a host closes without a word (net_kernel:allow/1)",
                unless: "the node is stopping, or it rejected our certificate after the handshake (TLS 1.3)")
        case .challenge:
            failure(
                .closed, .challenge, "\(node) at \(endpoint) closed the connection after its status",
                remedy: "see the node's log: it is stopping, or its setup timer (net_setuptime) ran out")
        }
    }

    func violation(_ stage: NodeFailure.Stage, _ detail: String) -> NodeFailure {
        failure(
            .protocolViolation, stage, "\(node) at \(endpoint) breaks the distribution protocol: \(detail)",
            remedy: "check that a node listens there and nothing between changes the bytes")
    }

    /// The first call of that function shuts out all whom it does not name, where everybody was let in before.
    private static let allowRemedy =
        "see the node's log: it says `disallowed node` where there is an allow list, to which net_kernel:allow/1 can add our "
        + "host; on a node without one that call would shut out its peers"

    private static let cookieRemedy =
        "compare the hashes on both sides (on the node: erlang:phash2(erlang:get_cookie(), 1024)); "
        + "look for a trailing newline and for cookies set per node"

    static func stage(_ stage: HandshakeFailure.Stage) -> NodeFailure.Stage {
        switch stage {
        case .name: .name
        case .status: .status
        case .challenge: .challenge
        case .reply: .reply
        case .ack: .ack
        }
    }

    /// At most 32 bytes of a peer, with everything but printable ASCII escaped.
    static func quoted(_ bytes: [UInt8]) -> String {
        let shown = bytes.prefix(32).map { byte in
            (0x20..<0x7f).contains(byte) && byte != 0x22
                ? String(UnicodeScalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "\"\(shown.joined())\(bytes.count > 32 ? "..." : "")\""
    }
}
