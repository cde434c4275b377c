/// What conversations with epmd told: which node listens where, and the answers that a connection is to follow.
struct EPMDBook {
    static let limit = 1_000
    /// How long after the answer a node connects, in microseconds; what comes later is another attempt's.
    static let patience = 10_000_000

    /// An answer that somebody got, and has not connected by yet.
    struct Lookup {
        /// Of the conversation with epmd.
        var connection: Int
        var time: Int
        var asker: IPAddress
        var node: TCPEnd
        var events: [TraceEvent]
    }

    private var names: [TCPEnd: String] = [:]
    /// In the order of time.
    private var lookups: [Lookup] = []

    /// The alive name of the node that listens there.
    func name(of end: TCPEnd) -> String? { names.isEmpty ? nil : names[end] }

    mutating func register(_ alive: String, at end: TCPEnd) {
        if names.count < Self.limit || names[end] != nil { names[end] = alive }
    }

    mutating func add(_ lookup: Lookup) { lookups.append(lookup) }

    /// Whether a connection may still follow what this conversation with epmd has answered.
    func awaits(_ connection: Int) -> Bool { lookups.contains { $0.connection == connection } }

    /// The answer that made `asker` connect to `node`.
    mutating func claim(by asker: IPAddress, for node: TCPEnd, at time: Int) -> Lookup? {
        let place = lookups.firstIndex {
            $0.asker == asker && $0.node == node && $0.time <= time && time - $0.time <= Self.patience
        }
        return place.map { lookups.remove(at: $0) }
    }

    /// An answer that nobody connects by any more.
    /// - Parameter now: nil at the end, when all are over.
    mutating func expired(at now: Int?) -> Lookup? {
        guard let first = lookups.first else { return nil }
        let isOver = now.map { $0 - first.time > Self.patience } ?? true
        return isOver || lookups.count > Self.limit ? lookups.removeFirst() : nil
    }
}
