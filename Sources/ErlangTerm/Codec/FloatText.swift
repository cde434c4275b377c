/// FLOAT_EXT: 31 bytes of `%.20e` text, filled up with zeros.
enum FloatText {
    /// The number, or nil when the text is not one or is not finite.
    static func value(_ bytes: some Collection<UInt8>) -> Double? {
        let text = bytes.prefix { $0 != 0 }
        guard let first = text.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") || isDigit(first)
        else { return nil }
        let rest = text.dropFirst()
        guard rest.allSatisfy({ isDigit($0) || [0x2b, 0x2d, 0x2e, 0x45, 0x65].contains($0) }),
            let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite
        else { return nil }
        return value
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
