import PacketCapture

/// Connections that a node, or epmd, has not answered yet: so that their end is reported when it comes, not with the
/// capture's.
struct UnansweredConnections {
    /// Microseconds; a node's own, unless `net_setuptime` is another.
    static let patience = 7_000_000
    /// By how much a SYN may be late, in microseconds.
    static let tolerance = 500_000
    /// For so long an answer may come after the silence was reported, in microseconds. No kernel asks for longer: Linux
    /// gives up after 127 s (tcp_syn_retries).
    static let lastPatience = 120_000_000
    /// Of each kind. Those that asked again stay for minutes, and must not keep new ones out.
    private static let limit = 10_000

    struct Opening {
        var flow: FlowKey
        /// When it began.
        var started: Int
        fileprivate var due: Int
    }

    /// Those that nobody has looked at: all wait for the same time.
    private var new: ArraySlice<Opening> = []
    /// Those that asked again, by the time at which they are due.
    private var again: ArraySlice<Opening> = []

    mutating func add(_ flow: FlowKey, at time: Int) {
        guard new.count < Self.limit else { return }
        new.append(Opening(flow: flow, started: time, due: time + Self.patience))
    }

    /// It goes on waiting. Of too many the one that would wait longest is forgotten, and ends with the capture.
    mutating func postpone(_ opening: Opening, to due: Int) {
        var opening = opening
        opening.due = due
        let place = again.lastIndex { $0.due <= due }.map { $0 + 1 } ?? again.startIndex
        again.insert(opening, at: place)
        if again.count > Self.limit { again.removeLast() }
    }

    /// One that has waited for long enough to be looked at.
    mutating func expired(at now: Int) -> Opening? {
        if let first = new.first, first.due <= now { return new.removeFirst() }
        if let first = again.first, first.due <= now { return again.removeFirst() }
        return nil
    }
}
