/// A message with the padding of MD5, SHA-1 and SHA-256, in blocks of sixteen words.
package struct DigestBlocks: Sequence, IteratorProtocol {
    /// Of the bytes of a word, and of the message's length behind the padding.
    package enum ByteOrder: Sendable {
        /// MD5.
        case lowestFirst
        case highestFirst
    }

    private let padded: [UInt8]
    private let order: ByteOrder
    private var place = 0

    package init(of message: [UInt8], _ order: ByteOrder) {
        var padded = message
        padded.append(0x80)
        while padded.count % 64 != 56 { padded.append(0) }
        let bits = UInt64(message.count) &* 8
        padded += order.bytes(of: UInt32(truncatingIfNeeded: order == .lowestFirst ? bits : bits >> 32))
        padded += order.bytes(of: UInt32(truncatingIfNeeded: order == .lowestFirst ? bits >> 32 : bits))
        self.padded = padded
        self.order = order
    }

    package mutating func next() -> [UInt32]? {
        guard place < padded.count else { return nil }
        defer { place += 64 }
        return (0..<16).map { index in
            let start = place + index * 4
            let bytes = padded[start..<start + 4]
            return order == .lowestFirst
                ? bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) } : bytes.reduce(0) { $0 << 8 | UInt32($1) }
        }
    }
}

extension DigestBlocks.ByteOrder {
    package func bytes(of word: UInt32) -> [UInt8] {
        let shifts: [UInt32] = self == .lowestFirst ? [0, 8, 16, 24] : [24, 16, 8, 0]
        return shifts.map { UInt8(truncatingIfNeeded: word >> $0) }
    }
}

extension UInt32 {
    package func rotated(left count: UInt32) -> UInt32 { self << count | self >> (32 - count) }
}
