/// A message of an agent (draft-miller-ssh-agent): its length in four bytes, and its body.
package struct AgentMessage {
    package static let limit = 256 * 1024
    private static let identitiesAnswer: UInt8 = 12

    package var body: [UInt8]

    package var bytes: [UInt8] { Self.number(body.count) + body }

    /// - Returns: the first whole message, which is removed; nil where there is none.
    package static func take(from bytes: inout [UInt8]) -> AgentMessage? {
        guard let count = number(in: bytes[...]), count <= limit, bytes.count - 4 >= count else { return nil }
        let body = Array(bytes[4..<4 + count])
        bytes.removeFirst(4 + count)
        return AgentMessage(body: body)
    }

    /// Of an answer that lists keys, these alone. One that breaks off lists what came before that.
    package func offering(only wanted: Set<[UInt8]>) -> AgentMessage {
        guard body.first == Self.identitiesAnswer, body.count >= 5 else { return self }
        var rest = body[5...]
        var kept: [UInt8] = []
        var count = 0
        while let key = Self.takeString(&rest), let comment = Self.takeString(&rest) {
            guard wanted.contains(Array(key)) else { continue }
            count += 1
            kept += Self.number(key.count) + key + Self.number(comment.count) + comment
        }
        return AgentMessage(body: [Self.identitiesAnswer] + Self.number(count) + kept)
    }

    private static func takeString(_ bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let count = number(in: bytes), bytes.count - 4 >= count else { return nil }
        let found = bytes.dropFirst(4).prefix(count)
        bytes = bytes.dropFirst(4 + count)
        return found
    }

    private static func number(in bytes: ArraySlice<UInt8>) -> Int? {
        bytes.count < 4 ? nil : bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }

    private static func number(_ value: Int) -> [UInt8] {
        (0..<4).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
