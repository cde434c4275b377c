/// A step on the way to a node that answers, in the order in which they are taken. The raw value is for scripts.
package enum Rung: String, CaseIterable, Comparable, Hashable, Sendable {
    /// The host's name has an address.
    case dns
    /// epmd knows the node and its port.
    case epmd
    case tcp
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

    private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    package static func < (left: Rung, right: Rung) -> Bool { left.order < right.order }

    package var isOfTLS: Bool { self == .tlsHello || self == .tlsCertificate || self == .tlsFinished }

    /// For people.
    package var title: String {
        switch self {
        case .dns: "DNS"
        case .tcp: "TCP"
        case .tlsHello: "TLS hello"
        case .tlsCertificate: "TLS certificate"
        case .tlsFinished: "TLS finished"
        default: rawValue
        }
    }
}
