/// A step on the way to a node that answers, in the order in which they are taken. The raw value is for scripts.
package enum Rung: String, CaseIterable, Comparable, Hashable, Sendable {
    /// What the connections go through carries them.
    case tunnel
    /// The host's name has an address. Through a tunnel it is looked up at its other end.
    case dns
    /// epmd knows the node and its port.
    case epmd
    case tcp
    /// The host speaks SSH.
    case sshBanner = "ssh_banner"
    case sshKeyExchange = "ssh_key_exchange"
    /// The host's key is the one that was expected. Nothing of ours is shown to it before.
    case sshHostKey = "ssh_host_key"
    case sshAuthentication = "ssh_authentication"
    /// The daemon evaluates an expression of ours.
    case sshExec = "ssh_exec"
    /// Our program on the node says which node that is.
    case sshBridge = "ssh_bridge"
    /// Version and cipher suite are agreed on.
    case tlsHello = "tls_hello"
    /// Each side takes the other's certificate.
    case tlsCertificate = "tls_certificate"
    case tlsFinished = "tls_finished"
    /// Our name has been sent.
    case name
    /// The node lets us go on.
    case status
    /// It has said who it is and what it can, and is the one that was dialled.
    case challenge
    /// Neither side misses a distribution flag. They are compared before any cookie is proved.
    case flags
    /// Both have proved the same cookie.
    case cookie
    case up
    case rpc
    case applications
    /// Nothing keeps other nodes from connecting to it, as the node itself sees that: asked of one that was come to over
    /// SSH.
    case distribution

    private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    package static func < (left: Rung, right: Rung) -> Bool { left.order < right.order }

    package var isOfTLS: Bool { self == .tlsHello || self == .tlsCertificate || self == .tlsFinished }

    /// Whether no other way has it.
    package var isOfSSH: Bool { self >= .sshBanner && self <= .sshBridge || self == .distribution }

    /// For people.
    package var title: String {
        switch self {
        case .dns: "DNS"
        case .tcp: "TCP"
        case .sshBanner: "SSH banner"
        case .sshKeyExchange: "SSH key exchange"
        case .sshHostKey: "SSH host key"
        case .sshAuthentication: "SSH authentication"
        case .sshExec: "SSH exec"
        case .sshBridge: "SSH bridge"
        case .tlsHello: "TLS hello"
        case .tlsCertificate: "TLS certificate"
        case .tlsFinished: "TLS finished"
        default: rawValue
        }
    }
}
