/// What one who traces a node may be sent, and what is dropped: `trace_dist` counts so on a node. A reader that reads
/// nothing costs the node no memory.
package struct TraceAllowance: Sendable {
    /// Bytes that wait for the reader: with more of them nothing is sent. A node of Erlang has the same limit
    /// (`+zdbbl`).
    package static let untakenLimit = 1 << 20
    /// Beats of the reader in a second.
    private static let beatsOfSecond = 4

    /// Events that may still be sent, and those of this second.
    private var left: Int
    private var passed = 0
    private let rate: Int
    private var beats = 0
    private var dropped = 0

    /// - Parameters:
    ///   - events: after which the trace ends.
    ///   - rate: events that may be sent in a second.
    package init(events: Int, rate: Int) {
        left = events
        self.rate = rate
    }

    package var isUsedUp: Bool { left <= 0 }

    /// An event is to be sent.
    /// - Parameter pending: bytes that the reader has not taken yet.
    /// - Returns: false where it is dropped, which is counted.
    package mutating func takesEvent(pending: Int) -> Bool {
        guard passed < rate else {
            dropped += 1
            return false
        }
        left -= 1
        passed += 1
        return takes(pending: pending)
    }

    /// Anything else is to be sent that must not be missing without a word.
    package mutating func takes(pending: Int) -> Bool {
        guard pending <= Self.untakenLimit else {
            dropped += 1
            return false
        }
        return true
    }

    /// The reader is there.
    /// - Returns: whether a second is over.
    package mutating func beat() -> Bool {
        beats += 1
        guard beats == Self.beatsOfSecond else { return false }
        (beats, passed) = (0, 0)
        return true
    }

    /// How many were dropped since this was asked for last.
    /// - Returns: nil where none were, or where the reader takes nothing now: then it is asked for later.
    package mutating func takeDropped(pending: Int) -> Int? {
        guard dropped > 0, pending <= Self.untakenLimit else { return nil }
        defer { dropped = 0 }
        return dropped
    }
}
