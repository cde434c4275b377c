/// The acceptor's answer to a name, or the initiator's answer to `alive` (erl_dist_protocol, "send_status").
package enum HandshakeStatus: Hashable, Sendable, CustomStringConvertible {
    case ok
    /// Both sides dialled at once and this attempt wins.
    case okSimultaneous
    /// Both sides dialled at once and the other attempt wins; also said to a node that uses the acceptor's own name.
    case nok
    case notAllowed
    /// A link to that name is still up; `true` or `false` must follow.
    case alive
    /// Replace the old link.
    case `true`
    /// Keep the old link and forget this one.
    case `false`
    /// A dynamic name was asked for, and this is it.
    case named(String, creation: UInt32)
    /// Words that no release is known to send.
    case unknown(String)

    /// The words on the wire.
    package var description: String {
        switch self {
        case .ok: "ok"
        case .okSimultaneous: "ok_simultaneous"
        case .nok: "nok"
        case .notAllowed: "not_allowed"
        case .alive: "alive"
        case .true: "true"
        case .false: "false"
        case .named(let name, _): "named:\(name)"
        case .unknown(let text): text
        }
    }
}
