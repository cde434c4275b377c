extension FailureCode {
    /// Before a byte of distribution is spoken: name service, epmd, TCP.
    var reachingPage: FailurePage {
        switch self {
        case .dns:
            FailurePage(
                "the host part of the node name does not resolve to an address",
                recognition: "the resolver's answer; nothing has been dialled",
                facts: "the host, the node name that it is part of, and what the resolver said",
                causes: [
                    "the node's own name is known inside its network only: a pod, a container, a VPN",
                    "a headless Kubernetes service publishes the names of ready pods only",
                    "a mistyped name, or a search domain that is missing here",
                ],
                remedy: "say where to connect with \(.nodeAddress); the node name stays what it is")
        case .epmdRefused:
            FailurePage(
                "nothing listens at the epmd port of the node's host",
                recognition: "the connection to the epmd port was reset",
                facts: "host and port",
                causes: [
                    "no Erlang node has been started on that host since it booted",
                    "the node runs without epmd (-erl_epmd_port, or a module of its own for -epmd_module)",
                    "epmd listens on another port (ERL_EPMD_PORT) or on the loopback address only",
                ],
                remedy:
                    "see whether the node runs; for one without epmd give \(.nodeAddress), for an epmd elsewhere "
                    + "\(.epmdAddress)")
        case .epmdTimeout:
            FailurePage(
                "the epmd port of the node's host does not answer",
                recognition: "no packet came back, or the connection stood and no reply came",
                facts: "host, port and how long we waited",
                causes: [
                    "a firewall or network policy drops packets to port 4369", "the host is down",
                    "epmd is stopped or starved",
                ],
                remedy: "open the epmd port, or go around epmd with \(.nodeAddress)")
        case .epmdNotRegistered:
            FailurePage(
                "epmd runs, and knows no node of that name",
                recognition: "epmd's answer to PORT_PLEASE2_REQ says no; its list of names has been read then",
                facts: "the names that epmd does know, and the one nearest to what was asked for",
                causes: [
                    "the node is down, or has not come as far as starting distribution",
                    "the name is mistyped, or the release gave it another one",
                    "the node registered with another epmd: another port, container or network namespace",
                ],
                remedy: "see whether the node runs, and under which name ('\(.nodesOf(host: nil))')")
        case .tcpRefused:
            FailurePage(
                "nothing listens at the node's distribution port",
                recognition: "the connection was reset before anything was sent",
                facts: "host, port, and where the port came from",
                causes: [
                    "the node died just now, and epmd has not noticed",
                    "the port was given by hand and is wrong, or the port-forward has ended",
                    "the node listens on another interface (inet_dist_use_interface)",
                ],
                remedy: "look whether the node runs; check the port with '\(.nodesOf(host: nil))'")
        case .tunnel:
            FailurePage(
                "the tunnel to the node has ended, or carries nothing",
                recognition:
                    "kubectl, ssh or the given command ended or refused, nothing came through it in time, or text "
                    + "where a node, epmd or an SSH host was to speak",
                facts: "which tunnel, how its program ended, and what it said",
                causes: [
                    "the pod is not running, has another name, or is in another namespace or context",
                    "the jump host refuses the login, or does not reach the node",
                    "nothing listens at the port behind the tunnel: a port-forward accepts first and closes then",
                    "the program is not installed here",
                    "the program answers itself on its standard output, which is the peer's: a notice, or a question",
                ],
                remedy: "run the program of the tunnel by hand, with the same arguments, and see what it says")
        default:
            FailurePage(
                "the node's distribution port does not answer",
                recognition: "no packet came back until the deadline, or the network says that there is no way",
                facts: "host, port and how long we waited",
                causes: [
                    "a firewall, security group or network policy lets the epmd port through, but not this one",
                    "the host is down or unreachable from here",
                ],
                remedy: "open the port, which inet_dist_listen_min and inet_dist_listen_max fix to a range; or reach "
                    + "it through a port-forward with \(.nodeAddress)")
        }
    }
}
