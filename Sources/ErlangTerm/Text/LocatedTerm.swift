/// A term and where it and its parts stand in the source, for messages about configuration files.
package struct LocatedTerm: Sendable {
    package let term: Term
    /// Where its first token stands.
    package let position: SourcePosition
    /// The elements of a tuple or of a list written with brackets; for a map, keys and values by turns.
    package let children: [LocatedTerm]
}
