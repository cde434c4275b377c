import ErlangNode
import ErlangTerm

extension MessageLimits {
    /// What this node takes from any peer, whoever dialled: the names of a large cluster (`global`) are ten megabytes. A
    /// term takes up to 16 bytes beside the frame.
    static let daemon = MessageLimits(
        frame: 32 << 20, terms: TermLimits(depth: 1000, terms: 2 << 20, atoms: 1 << 16, uncompressedBytes: 32 << 20))
}
