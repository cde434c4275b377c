extension FailureCode {
    /// Once the connection was up.
    var linkPage: FailurePage {
        switch self {
        case .tick:
            FailurePage(
                "a connection was given up because nothing came over it",
                recognition: "no byte within about net_ticktime; the node's log says net_tick_timeout",
                facts: "how long it was silent",
                causes: [
                    "packets are dropped on the way", "a busy distribution port", "the runtime is blocked or stopped",
                ],
                remedy: "look at the network between the two and at the node's load")
        case .overlap:
            FailurePage(
                "global on a node dropped a healthy connection to keep partitions from overlapping",
                recognition: "the log line about prevent overlapping partitions",
                facts: "which node dropped which, and the connection that was lost first",
                causes: ["a third connection was lost: that one is the cause"],
                remedy: "mend the connection that was lost first")
        case .closed:
            FailurePage(
                "the node closed the connection",
                recognition:
                    "the stream ended while it was up, or in the middle of the handshake; or an initiator closed it "
                    + "and "
                    + "had sent nothing",
                facts: "what was under way",
                causes: [
                    "the node stopped or crashed", "a proxy on the way closed it",
                    "what connected is no node: a health check or a scanner",
                ],
                remedy: "look whether the node still runs, or find out what connects")
        case .disconnected:
            FailurePage(
                "somebody on the node ended the connection on purpose",
                recognition: "the reason that goes with nodedown",
                facts: "the reason",
                causes: ["erlang:disconnect_node/1 was called there", "the connection was replaced by a newer one"],
                remedy: "find out who did it, and why, before it is connected again")
        case .rpc:
            FailurePage(
                "the node is up, but does not serve calls",
                recognition: "the connection is up, and rex or the erpc module is not there",
                facts: "what the request came back with",
                causes: ["the node is starting or stopping", "kernel was started without its rpc server"],
                remedy: "wait a moment and try again")
        case .protocolViolation:
            FailurePage(
                "what the node sent does not belong into the protocol",
                recognition: "a message that is malformed, too large, or of the wrong kind for its place",
                facts: "the stage, and what was wrong",
                causes: ["another service listens at that port", "a defect on one of the two sides"],
                remedy: "check the port; if it is a node, report it with the output of -v")
        default:
            FailurePage(
                "the deadline of the command passed while the node was up",
                recognition: "no answer until the deadline",
                facts: "how long we waited, and for what",
                causes: ["what was asked for takes longer", "the node is overloaded"],
                remedy: "give more time with \(.deadline); what had been started on the node has been killed")
        }
    }

    /// Reaching a node through its SSH daemon.
    var shellPage: FailurePage {
        switch self {
        case .sshHostKey:
            FailurePage(
                "the SSH daemon's host key is not known, or not the one that is",
                recognition: "comparison with what is expected, and with files of known hosts",
                facts: "the fingerprint of the key, what is expected instead, and the line that says so",
                causes: [
                    "nobody has learned the key yet",
                    "it is known under the node's name, and that was not given", "the node was installed anew",
                    "two nodes share a key",
                    "somebody stands in between",
                ],
                remedy:
                    "compare the fingerprint by another way, best by \(.hostKeys(of: "NODE")) where distribution works; "
                    + "only then change what is known, or give it with \(.hostKeyFingerprint)")
        case .sshAuthentication:
            FailurePage(
                "the SSH daemon does not let us in",
                recognition: "each method of authentication that was tried was refused",
                facts: "which keys were offered, whether a password was, and which methods the daemon takes",
                causes: ["the key is not in the daemon's authorized_keys", "another user name", "a wrong password"],
                remedy:
                    "add the key to authorized_keys in the daemon's user_dir, or, where it takes one, give a password "
                    + "(\(.password))")
        case .sshDisabled:
            FailurePage(
                "the SSH daemon allows neither shell nor exec",
                recognition: "the channel request was refused",
                facts: "which request",
                causes: ["that is the default from ssh 6.0 (OTP 29) on"],
                remedy:
                    "enable exec on purpose in the daemon's options, {exec, erlang_eval} from ssh 6.0 on, or use distribution"
            )
        default:
            FailurePage(
                "the SSH daemon has a known hole: CVE-2025-32433, code execution without authentication",
                recognition: "the version in its banner is older than OTP 27.3.3, 26.2.5.11 or 25.3.2.20",
                facts: "the version",
                causes: ["an OTP release that was not updated"],
                remedy: "upgrade OTP, or close the port")
        }
    }
}
