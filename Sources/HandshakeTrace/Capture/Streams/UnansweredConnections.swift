/// Connections that a node, or epmd, has not answered yet: so that their end is told when it comes, not with the
/// capture's.
struct UnansweredConnections {
    /// Microseconds; a node's own, unless `net_setuptime` is another.
    static let patience = 7_000_000
    private static let limit = 10_000

    struct Opening {
        var flow: FlowKey
        var time: Int
    }

    private var openings: ArraySlice<Opening> = []

    mutating func add(_ flow: FlowKey, at time: Int) {
        if openings.count < Self.limit { openings.append(Opening(flow: flow, time: time)) }
    }

    /// The first that has waited for too long.
    mutating func expired(at now: Int) -> Opening? {
        guard let first = openings.first, now - first.time >= Self.patience else { return nil }
        return openings.removeFirst()
    }
}
