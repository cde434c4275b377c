import ErlangTerm

/// What is to go to nodes whose link is on the way. A message for many of them is kept once, and counted once.
struct GlobalWaiting: Sendable {
    private struct Message: Sendable {
        var term: Term
        /// As encoded.
        var bytes: Int
        /// So many nodes wait for it.
        var nodes: Int
    }

    /// So many bytes wait in all.
    static let bytesLimit = 16 << 20
    /// What one message in the list of one node is counted as.
    private static let bytesOfPlace = 64

    private var lists: [Atom: [Int]] = [:]
    private var messages: [Int: Message] = [:]
    private var lastNumber = 0
    private var bytes = 0

    var count: Int { lists.count }

    func contains(_ node: Atom) -> Bool { lists[node] != nil }

    mutating func begin(_ node: Atom) { lists[node] = lists[node] ?? [] }

    /// - Parameter nodes: that have begun.
    /// - Returns: false where it would be too much, and is not kept for any of them.
    mutating func add(_ message: Term, for nodes: [Atom]) -> Bool {
        let size = message.encoded.count
        guard bytes + size + nodes.count * Self.bytesOfPlace <= Self.bytesLimit else { return false }
        bytes += size + nodes.count * Self.bytesOfPlace
        lastNumber += 1
        messages[lastNumber] = Message(term: message, bytes: size, nodes: nodes.count)
        for node in nodes { lists[node, default: []].append(lastNumber) }
        return true
    }

    /// - Returns: what has waited for it; nil where it has not begun.
    @discardableResult
    mutating func end(_ node: Atom) -> [Term]? {
        lists.removeValue(forKey: node)?.compactMap { number in
            guard let message = messages[number] else { return nil }
            bytes -= Self.bytesOfPlace
            if message.nodes == 1 {
                messages[number] = nil
                bytes -= message.bytes
            } else {
                messages[number]?.nodes -= 1
            }
            return message.term
        }
    }
}
