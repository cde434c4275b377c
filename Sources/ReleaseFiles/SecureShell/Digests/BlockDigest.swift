/// A digest that goes by blocks of 64 bytes.
protocol BlockDigest {
    static func digest(_ message: [UInt8]) -> [UInt8]
}

extension BlockDigest {
    /// HMAC (RFC 2104).
    static func authentication(of message: [UInt8], key: [UInt8]) -> [UInt8] {
        var block = key.count > 64 ? digest(key) : key
        block += [UInt8](repeating: 0, count: 64 - block.count)
        return digest(block.map { $0 ^ 0x5C } + digest(block.map { $0 ^ 0x36 } + message))
    }
}

/// A message with its padding, in blocks of sixteen words, the first byte of each being the highest.
struct DigestBlocks: Sequence, IteratorProtocol {
    private let padded: [UInt8]
    private var place = 0

    init(of message: [UInt8]) {
        var padded = message
        padded.append(0x80)
        while padded.count % 64 != 56 { padded.append(0) }
        let bits = UInt64(message.count) &* 8
        for shift in stride(from: 56, through: 0, by: -8) {
            padded.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
        }
        self.padded = padded
    }

    mutating func next() -> [UInt32]? {
        guard place < padded.count else { return nil }
        defer { place += 64 }
        return (0..<16).map { index in
            let start = place + index * 4
            return padded[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
    }
}

extension UInt32 {
    func rotated(left count: UInt32) -> UInt32 { self << count | self >> (32 - count) }

    var bigEndianBytes: [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> UInt32($0)) }
    }
}

extension [UInt8] {
    /// Two lower-case digits a byte.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
