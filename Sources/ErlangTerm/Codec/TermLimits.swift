/// What a decoder takes from a peer before it gives up.
package struct TermLimits: Sendable {
    /// Nesting of containers.
    package var depth: Int
    /// Terms in all, leaves included.
    package var terms: Int
    /// Distinct atoms in one term.
    package var atoms: Int
    /// Bytes that a compressed term (tag 80) may unfold to.
    package var uncompressedBytes: Int

    package init(depth: Int, terms: Int, atoms: Int, uncompressedBytes: Int) {
        self.depth = depth
        self.terms = terms
        self.atoms = atoms
        self.uncompressedBytes = uncompressedBytes
    }

    package static let standard = TermLimits(
        depth: 10_000, terms: 64 << 20, atoms: 1 << 20, uncompressedBytes: 256 << 20)
}

/// Why bytes are not a term. `at` is an offset into the packet.
package enum TermError: Error, Hashable, Sendable {
    case truncated(at: Int)
    case unknownTag(UInt8, at: Int)
    case wrongVersion(UInt8, at: Int)
    case invalid(String, at: Int)
    case tooDeep(limit: Int, at: Int)
    case tooManyTerms(limit: Int, at: Int)
    case tooManyAtoms(limit: Int, at: Int)
    case tooLarge(limit: Int, at: Int)
}
