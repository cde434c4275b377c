/// RFC 4648 base64, decoding only, for what this program carries in itself. Each start of it decodes some 20 KB, so
/// this goes four characters at a time.
enum Base64 {
    private static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

    /// The bytes that `text` stands for, up to the first character that is not of the alphabet (padding, as a rule).
    static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { sextets in
            sextets.initialize(repeating: 0xFF)
            alphabet.withUTF8Buffer { letters in
                for index in letters.indices { sextets[Int(letters[index])] = UInt8(truncatingIfNeeded: index) }
            }
            return [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3 + 3) { bytes, count in
                count = decode(text, into: bytes, by: UnsafeBufferPointer(sextets))
            }
        }
    }

    private static func decode(
        _ text: UnsafeBufferPointer<UInt8>, into bytes: UnsafeMutableBufferPointer<UInt8>,
        by sextets: UnsafeBufferPointer<UInt8>
    ) -> Int {
        func sextet(_ index: Int) -> UInt32 { UInt32(sextets[Int(text[index])]) }
        var count = 0
        var index = 0
        while index + 4 <= text.count {
            let (first, second, third, fourth) = (
                sextet(index), sextet(index + 1), sextet(index + 2), sextet(index + 3)
            )
            if (first | second | third | fourth) > 63 { break }
            let bits = first << 18 | second << 12 | third << 6 | fourth
            bytes[count] = UInt8(truncatingIfNeeded: bits >> 16)
            bytes[count + 1] = UInt8(truncatingIfNeeded: bits >> 8)
            bytes[count + 2] = UInt8(truncatingIfNeeded: bits)
            count += 3
            index += 4
        }
        var bits: UInt32 = 0
        var pending = 0
        while index < text.count, sextet(index) <= 63 {
            bits = bits << 6 | sextet(index)
            pending += 6
            if pending >= 8 {
                pending -= 8
                bytes[count] = UInt8(truncatingIfNeeded: bits >> UInt32(pending))
                count += 1
            }
            index += 1
        }
        return count
    }
}
