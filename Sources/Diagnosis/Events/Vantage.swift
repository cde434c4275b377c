/// From where an event was seen.
package enum Vantage: Hashable, Sendable {
    /// Our own connection.
    case own
    /// The trace on a node, by its name.
    case node(String)
    /// Packets between the two.
    case capture
}
