/// The peers that are to be dialled once because others name them: a few at a time, and the others in their turn. Each
/// dial takes a descriptor and a question to epmd, and who names peers is not to decide how many.
package struct DialQueue: Sendable {
    package enum Decision: Hashable, Sendable {
        case dial
        case wait
        /// Too many wait: it is not going to be dialled.
        case refuse
    }

    /// So many dials are under way at a time.
    package static let limit = 64
    /// So many more wait.
    package static let waitingLimit = 4096

    private var running = 0
    private var waiting: [NodeName] = []
    /// How many of `waiting` have had their turn.
    private var served = 0
    private var names: Set<String> = []

    package init() {}

    /// Whether it is still to be dialled.
    package func waits(_ name: String) -> Bool { names.contains(name) }

    /// Decides on a peer that is to be dialled. Each `dial` is to be followed by `ended`.
    package mutating func add(_ name: NodeName) -> Decision {
        guard !names.contains(name.name) else { return .wait }
        if running < Self.limit {
            running += 1
            return .dial
        }
        guard names.count < Self.waitingLimit else { return .refuse }
        names.insert(name.name)
        waiting.append(name)
        return .wait
    }

    /// A dial is over, or has not been begun.
    /// - Returns: who is to be dialled in its place, followed by `ended` again.
    package mutating func ended() -> NodeName? {
        guard served < waiting.count else {
            running -= 1
            return nil
        }
        let next = waiting[served]
        served += 1
        if served == waiting.count || served > Self.waitingLimit {
            waiting.removeFirst(served)
            served = 0
        }
        names.remove(next.name)
        return next
    }
}
