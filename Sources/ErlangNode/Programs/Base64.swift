/// RFC 4648 base64, decoding only, for what this program carries in itself.
enum Base64 {
    /// The bytes that `text` stands for, up to the first character that is not of the alphabet (padding, as a rule).
    static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3 + 3) { bytes, count in
            var pending: UInt32 = 0
            var bits: UInt32 = 0
            for character in text {
                guard let sextet = value(of: character) else { break }
                pending = pending << 6 | sextet
                bits += 6
                if bits >= 8 {
                    bits -= 8
                    bytes[count] = UInt8(truncatingIfNeeded: pending >> bits)
                    count += 1
                }
            }
        }
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character) + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
