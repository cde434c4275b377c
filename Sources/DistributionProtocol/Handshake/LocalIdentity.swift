/// Who we say we are when we dial.
package enum LocalIdentity: Hashable, Sendable {
    /// A name of our own, which the acceptor keeps an atom of for ever.
    case fixed(NodeName, creation: UInt32)
    /// The acceptor gives us a name on this host (NAME_ME); it reuses the names that it gave before, so that no
    /// atoms pile up there.
    case dynamic(host: String)

    /// What goes into the name field.
    var announcedName: String {
        switch self {
        case .fixed(let name, _): name.name
        case .dynamic(let host): host
        }
    }

    var creation: UInt32 {
        switch self {
        case .fixed(_, let creation): creation
        case .dynamic: 0
        }
    }

    /// `flags` with NAME_ME as the identity needs it. A dynamic name is never published.
    func adjusting(_ flags: DistributionFlags) -> DistributionFlags {
        switch self {
        case .fixed: flags.subtracting(.nameMe)
        case .dynamic: flags.union(.nameMe).subtracting(.published)
        }
    }
}
