extension FailureCode {
    /// The distribution handshake: names, status, flags, cookie.
    var handshakePage: FailurePage {
        switch self {
        case .name:
            FailurePage(
                "the node that answers calls itself something else",
                recognition:
                    "the name in its challenge is not the one that was dialled; between two nodes the initiator closes "
                    + "the connection then, without a word",
                facts: "both names, and what reaches the node that answered",
                causes: [
                    "the address or port-forward leads to another node",
                    "the node's name has its IP or its full host name",
                ],
                remedy: "name the node as it calls itself, and keep the way to it: \(.nodeAddress)")
        case .nameType:
            FailurePage(
                "one side uses short names and the other long ones",
                recognition: "a dot in the host part of one name only, and a close before the challenge",
                facts: "both names",
                causes: ["-sname on one side, -name on the other; an IP address counts as a long name"],
                remedy: "use the name exactly as the node has it: '\(.nodesOf(host: nil))' shows its first part")
        case .notAllowed:
            FailurePage(
                "the node has an allow list, and we are not on it",
                recognition: "status not_allowed",
                facts: "the name that we connected with",
                causes: ["net_kernel:allow/1 was called on the node, or dist_auto_connect keeps strangers out"],
                remedy:
                    "see the node's log for the reason first. Where net_kernel:allow/1 was called there, the host "
                    + "of our "
                    + "name can be added with it; where it was not, the first call shuts out every peer that it "
                    + "does not "
                    + "name, and cannot be undone but by a restart")
        case .alive:
            FailurePage(
                "the node still holds a connection to a node of our name",
                recognition: "status alive",
                facts: "the name",
                causes: ["an earlier connection died without a close", "two nodes have the same name"],
                remedy: "wait for up to net_ticktime (60 s); if it stays, look for the second node of that name")
        case .nok:
            FailurePage(
                "the node preferred another connection attempt between the same two names",
                recognition: "status nok",
                facts: "both names",
                causes: ["both sides dialled at the same moment"],
                remedy: "try again")
        case .flags:
            FailurePage(
                "the two releases are too far apart to speak with each other",
                recognition: "a flag that is mandatory is absent from what the node offered, or it closed over ours",
                facts: "the missing flags, and which side lacks them",
                causes: [
                    "OTP 23 or older against OTP 26 or later", "an OTP release before 23, for this tool and for OTP 25",
                ],
                remedy: "upgrade the node")
        case .cookie:
            FailurePage(
                "the two sides have different cookies",
                recognition: "the node closed right after our challenge reply (it rejects us; its log says Invalid "
                    + "challenge), or its own digest is wrong (we reject it)",
                facts: "where our cookie comes from, and a short hash of it",
                causes: [
                    "another cookie file: another user, HOME or container",
                    "a line end inside the cookie, from an environment variable or secret",
                    "erlang:set_cookie/2 on the node gives this host a cookie of its own",
                    "the node closed for another reason in that moment",
                ],
                remedy: "compare the hashes, never the cookies on a screen; '\(.settings)' shows where ours "
                    + "comes from")
        default:
            FailurePage(
                "the connection stands, but the handshake does not get on",
                recognition: "nothing came within the setup time of 7 s (net_setuptime)",
                facts: "the stage in which it stalled",
                causes: [
                    "the node gets no processor time: CPU limits, a blocked scheduler, swapping, a stopped process",
                    "a proxy or load balancer accepts connections for a node that is gone",
                    "TLS on one side only",
                ],
                remedy: "look at the node's load; go around the proxy with \(.nodeAddress)")
        }
    }
}
