/// Characters inside quotes, as `io_lib:write_string/2` writes them: the quote and the backslash behind a backslash,
/// `\b \t \n \v \f \r \e \d` by their letters, every other character below U+00A0 that is not printable ASCII as
/// three octal digits. So neither C0 nor DEL nor C1 reaches a terminal raw.
enum EscapedText {
    static func write(_ scalar: Unicode.Scalar, quote: Unicode.Scalar, to sink: inout TextSink) {
        let value = scalar.value
        if value >= 0xA0 { return sink.append(scalar) }
        let byte = UInt8(truncatingIfNeeded: value)
        if scalar == quote || byte == UInt8(ascii: "\\") {
            sink.append(UInt8(ascii: "\\"))
            sink.append(byte)
        } else if value >= 0x20 && value < 0x7F {
            sink.append(byte)
        } else {
            sink.append(UInt8(ascii: "\\"))
            if let letter = letter(byte) { return sink.append(letter) }
            sink.append(0x30 + byte >> 6)
            sink.append(0x30 + (byte >> 3) & 7)
            sink.append(0x30 + byte & 7)
        }
    }

    /// How many characters `write` makes.
    static func length(_ scalar: Unicode.Scalar, quote: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value >= 0xA0 { return 1 }
        if scalar == quote || value == 0x5C { return 2 }
        if value >= 0x20 && value < 0x7F { return 1 }
        return letter(UInt8(truncatingIfNeeded: value)) != nil ? 2 : 4
    }

    private static func letter(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x08: UInt8(ascii: "b")
        case 0x09: UInt8(ascii: "t")
        case 0x0A: UInt8(ascii: "n")
        case 0x0B: UInt8(ascii: "v")
        case 0x0C: UInt8(ascii: "f")
        case 0x0D: UInt8(ascii: "r")
        case 0x1B: UInt8(ascii: "e")
        case 0x7F: UInt8(ascii: "d")
        default: nil
        }
    }

    /// The length that `io_lib:chars_length/1` sees in written text: characters, or grapheme clusters as soon as one
    /// character lies outside Latin-1.
    static func length(ofWritten text: ArraySlice<UInt8>) -> Int {
        var characters = 0
        var isWide = false
        for byte in text {
            if byte & 0xC0 != 0x80 { characters += 1 }
            if byte >= 0xC4 { isWide = true }
        }
        return isWide ? String(decoding: text, as: UTF8.self).count : characters
    }
}
