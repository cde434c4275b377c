/// What a node is to do about others that it is not connected to: the binding `Way` of the program `reach`.
package enum ReachMethod: String, Sendable {
    /// Nothing: it reports which connections there are.
    case report
    /// It asks for their addresses and ports, and whether anybody listens there. Distribution has no part in that, so
    /// nothing is connected, refused or lost by it that others would hear of.
    case look
    /// It connects to them; connections that are made stay.
    case dial
}
