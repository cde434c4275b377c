/// What a node knows of its connections, by the peer's name: which attempt is on its way, which link is up. It decides
/// what happens when both ends dial at once (`net_kernel`'s accept_pending, `dist_util:mark_pending/1`).
package struct ConnectionTable: Sendable {
    /// A number for one attempt, in either direction.
    package typealias Attempt = UInt64

    private enum State: Hashable {
        /// On its way; this attempt is to become the link.
        case pending(Attempt)
        case up
        /// A link is up, and this peer has dialled all the same: it may know that the link is dead.
        case upPending(Attempt)
    }

    /// What becomes of a peer that has dialled us.
    package struct Arrival: Hashable, Sendable {
        package var decision: AcceptorDecision
        /// The attempt that gives way: end it.
        package var superseded: Attempt?

        package init(_ decision: AcceptorDecision, superseded: Attempt? = nil) {
            self.decision = decision
            self.superseded = superseded
        }
    }

    private let own: NodeName
    private var states: [String: State] = [:]

    package init(own: NodeName) { self.own = own }

    /// Whether neither a link nor an attempt has this name.
    package func isFree(_ name: String) -> Bool { states[name] == nil }

    /// We dial.
    /// - Returns: false where a link or an attempt has this name already: do not dial then.
    package mutating func dials(_ name: String, as attempt: Attempt) -> Bool {
        guard name != own.name, isFree(name) else { return false }
        states[name] = .pending(attempt)
        return true
    }

    /// A peer dials us.
    package mutating func arrives(_ name: String, as attempt: Attempt) -> Arrival {
        if name == own.name { return Arrival(.refuse) }
        switch states[name] {
        case nil:
            states[name] = .pending(attempt)
            return Arrival(.accept)
        case .pending(let earlier)?:
            // The attempt of the node with the greater name stays. Atoms are compared by their code points, and UTF-8
            // is in the order of those.
            if name.utf8.lexicographicallyPrecedes(own.name.utf8) { return Arrival(.refuse) }
            states[name] = .pending(attempt)
            return Arrival(.acceptSimultaneous, superseded: earlier)
        case .up?:
            states[name] = .upPending(attempt)
            return Arrival(.askWhetherAlive)
        case .upPending?:
            return Arrival(.drop)
        }
    }

    /// An attempt has got through its handshake.
    /// - Returns: whether it is the link of this name now, in the place of an older one if there is any; else close it.
    package mutating func cameUp(_ name: String, as attempt: Attempt) -> Bool {
        switch states[name] {
        case .pending(attempt)?, .upPending(attempt)?:
            states[name] = .up
            return true
        default: return false
        }
    }

    /// An attempt has ended without a link.
    package mutating func failed(_ name: String, as attempt: Attempt) {
        switch states[name] {
        case .pending(attempt)?: states[name] = nil
        case .upPending(attempt)?: states[name] = .up
        default: break
        }
    }

    /// The link of this name is over.
    package mutating func wentDown(_ name: String) {
        switch states[name] {
        case .up?: states[name] = nil
        case .upPending(let attempt)?: states[name] = .pending(attempt)
        default: break
        }
    }
}
