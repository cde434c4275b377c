/// What stands between the quotes of a string: as it is, but quotes, backslashes, and what a terminal must not get.
enum JSONText {
    /// Bytes that are looked at before what they have become is appended.
    private static let pieceBytes = 4 << 10
    /// What a byte becomes at most: `\u0001`. Longer characters become less than that for each of their bytes.
    private static let longest = 6

    /// - Parameter utf8: well-formed, and not cut within a character.
    static func append(_ utf8: UnsafeBufferPointer<UInt8>, to text: inout [UInt8]) {
        var index = 0
        while index < utf8.count {
            let end = min(index + pieceBytes, utf8.count)
            // The last character may end behind the piece, and the last form is stored in full length.
            let room = longest * (end - index + 3) + MemoryLayout<UInt64>.size
            withUnsafeTemporaryAllocation(byteCount: room, alignment: 1) { room in
                let count = asciiForms.withUnsafeBufferPointer { write(utf8, from: &index, to: end, $0, into: room) }
                text.append(contentsOf: room[..<count])
            }
        }
    }

    /// - Returns: the number of bytes that have been put into `room`.
    private static func write(
        _ utf8: UnsafeBufferPointer<UInt8>, from start: inout Int, to end: Int, _ forms: UnsafeBufferPointer<Form>,
        into room: UnsafeMutableRawBufferPointer
    ) -> Int {
        var (index, count) = (start, 0)
        func put(_ form: Form) {
            room.storeBytes(of: form.bytes.littleEndian, toByteOffset: count, as: UInt64.self)
            count += form.count
        }
        while index < end {
            let byte = utf8[index]
            if byte < 0x80 {
                put(forms[Int(byte)])
                index += 1
                continue
            }
            let length = min(byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4, utf8.count - index)
            let character = UnsafeBufferPointer(rebasing: utf8[index..<index + length])
            index += length
            if let scalar = harmful(character) {
                for unit in scalar.utf16 { put(Form(escaping: unit)) }
            } else {
                UnsafeMutableRawBufferPointer(rebasing: room[count...]).copyBytes(from: character)
                count += length
            }
        }
        start = index
        return count
    }

    /// - Parameter character: one beyond ASCII.
    /// - Returns: nil where it stays as it is.
    private static func harmful(_ character: UnsafeBufferPointer<UInt8>) -> Unicode.Scalar? {
        var scalar = UInt32(character[0]) & (0x7F >> UInt32(character.count))
        for byte in character.dropFirst() { scalar = scalar << 6 | UInt32(byte & 0x3F) }
        return TerminalText.isHarmless(scalar) ? nil : Unicode.Scalar(scalar) ?? "\u{FFFD}"
    }

    /// What a character becomes; the first byte is the lowest.
    private struct Form {
        var bytes: UInt64 = 0
        var count: Int

        init(_ text: UInt8...) {
            count = text.count
            for byte in text.reversed() { bytes = bytes << 8 | UInt64(byte) }
        }

        /// `\u` and four digits.
        init(escaping unit: UInt16) {
            count = 6
            for place in 0..<4 {
                let digit = UInt64(unit >> (4 * place) & 0xF)
                bytes = bytes << 8 | (digit + (digit < 10 ? 0x30 : 0x57))
            }
            bytes = bytes << 16 | UInt64(UInt8(ascii: "u")) << 8 | UInt64(UInt8(ascii: "\\"))
        }
    }

    private static let asciiForms = (UInt8.min..<0x80).map { byte in
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): Form(UInt8(ascii: "\\"), byte)
        case 0x0A: Form(UInt8(ascii: "\\"), UInt8(ascii: "n"))
        case 0x0D: Form(UInt8(ascii: "\\"), UInt8(ascii: "r"))
        case 0x09: Form(UInt8(ascii: "\\"), UInt8(ascii: "t"))
        case ..<0x20, 0x7F: Form(escaping: UInt16(byte))
        default: Form(byte)
        }
    }
}
