/// The name of a node: `alive@host` (`dist_util:is_node_name/1`).
package struct NodeName: Hashable, Sendable, CustomStringConvertible {
    /// An atom's length, which a node name is (`erl_ext_dist`, ATOM_UTF8_EXT).
    package static let maximumCharacters = 255
    /// What a node calls itself that takes no part in distribution.
    package static let ofUndistributed = "nonode@nohost"

    /// What stands before the `@`; the name that epmd knows.
    package let alive: String
    /// What stands behind it.
    package let host: String

    /// The name as a whole.
    package var name: String { alive + "@" + host }
    package var description: String { name }

    /// - Throws: `NodeNameError` unless `name` has exactly one `@` with something on both sides, and at most 255
    ///   characters.
    package init(_ name: some StringProtocol) throws(NodeNameError) {
        let parts = name.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count > 1 else { throw .noHost(String(name)) }
        guard parts.count == 2 else { throw .severalAtSigns(String(name)) }
        guard !parts[0].isEmpty, !parts[1].isEmpty else { throw .emptyPart(String(name)) }
        // Code points, not Characters: an atom's length counts the former.
        guard name.unicodeScalars.count <= Self.maximumCharacters else { throw .tooLong(String(name)) }
        self.alive = String(parts[0])
        self.host = String(parts[1])
    }

    /// Whether this is a long name: short- and long-name nodes do not connect. A dot in the host decides, as in
    /// `net_kernel`; so does the colon of an IPv6 address, and an IPv4 address has dots anyway.
    package var isLong: Bool { host.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") } }
}

/// Why a text is no node name; each carries the text.
package enum NodeNameError: Error, Hashable, Sendable {
    case noHost(String)
    case severalAtSigns(String)
    case emptyPart(String)
    case tooLong(String)
}
