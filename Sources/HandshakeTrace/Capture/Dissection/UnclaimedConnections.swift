import PacketCapture

/// TLS connections of which nothing says yet that they are between nodes: what they report is held back, until something
/// does. Bounded: the oldest are given up for others.
struct UnclaimedConnections {
    static let limit = 2_048

    private var waiting: [Int: Conversation] = [:]
    /// Numbers in the order in which they came, with some that wait no more.
    private var order: ArraySlice<Int> = []

    /// - Returns: the one that is given up for it.
    mutating func add(_ conversation: Conversation) -> Conversation? {
        waiting[conversation.number] = conversation
        order.append(conversation.number)
        if order.count > 4 * Self.limit { order = ArraySlice(order.filter { waiting[$0] != nil }) }
        guard waiting.count > Self.limit else { return nil }
        while let number = order.popFirst() {
            if let oldest = waiting.removeValue(forKey: number) { return oldest }
        }
        return nil
    }

    func contains(_ number: Int) -> Bool { waiting[number] != nil }

    mutating func remove(_ number: Int) { waiting[number] = nil }

    /// Those that lead to places where a node is known to listen by now.
    mutating func claim(where isKnown: (TCPEnd) -> Bool) -> [Conversation] {
        let claimed = waiting.values.filter { isKnown($0.acceptorEnd) }.sorted { $0.number < $1.number }
        for conversation in claimed { waiting[conversation.number] = nil }
        return claimed
    }
}
