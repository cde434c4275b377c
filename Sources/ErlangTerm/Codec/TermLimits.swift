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

    /// A thousand levels is what a term of ours survives in a debug build on a stack of 8 MiB, where comparing two
    /// nested maps takes up to 8 KiB a level; terms of real systems stay below a hundred.
    package static let standard = TermLimits(
        depth: 1000, terms: 64 << 20, atoms: 1 << 20, uncompressedBytes: 256 << 20)
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

    /// Whether the bytes may well be a term, only a larger one than the limits take.
    package var isBeyondLimits: Bool {
        switch self {
        case .tooDeep, .tooManyTerms, .tooManyAtoms, .tooLarge: true
        case .truncated, .unknownTag, .wrongVersion, .invalid: false
        }
    }
}

extension TermError: CustomStringConvertible {
    /// One clause, without a final period.
    package var description: String {
        switch self {
        case .truncated(let at): "it ends in the middle, at byte \(at)"
        case .unknownTag(let tag, let at): "no term has tag \(tag), as at byte \(at)"
        case .wrongVersion(let version, let at): "its version at byte \(at) is \(version), not 131"
        case .invalid(let words, let at): "\(words), at byte \(at)"
        case .tooDeep(let limit, _): "it is nested deeper than \(limit) levels"
        case .tooManyTerms(let limit, _): "it is made of more than \(limit) terms"
        case .tooManyAtoms(let limit, _): "it has more than \(limit) atoms"
        case .tooLarge(let limit, _): "it unfolds to more than \(limit) bytes"
        }
    }
}
