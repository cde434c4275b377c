/// What came from a peer, made harmless for a terminal: control characters, and characters that reorder or hide others,
/// become `\x{..}`, so that no answer moves the cursor, sets a title, types a reply, or looks like another.
extension TerminalText {
    /// - Parameter keepingLines: line feeds and tabs stay.
    package static func escaped(_ bytes: some Collection<UInt8>, keepingLines: Bool = true) -> String {
        var result: [UInt8] = []
        escape(bytes, keepingLines: keepingLines, into: &result)
        return String(decoding: result, as: UTF8.self)
    }

    package static func escaped(_ text: String, keepingLines: Bool = true) -> String {
        escaped(text.utf8, keepingLines: keepingLines)
    }

    /// Whether it is printable ASCII, line feeds and tabs.
    package static func isPlain(_ bytes: [UInt8]) -> Bool {
        // Every byte of output passes here: a loop over the bytes themselves, not over some collection.
        bytes.withUnsafeBufferPointer { bytes in
            for byte in bytes where (byte < 0x20 || byte >= 0x7F) && byte != 0x0A && byte != 0x09 { return false }
            return true
        }
    }

    /// Appends `bytes` to `result`. What is not UTF-8 is escaped byte by byte.
    static func escape(_ bytes: some Collection<UInt8>, keepingLines: Bool, into result: inout [UInt8]) {
        let isDone: Void? = bytes.withContiguousStorageIfAvailable { escape($0, keepingLines, &result) }
        if isDone == nil { Array(bytes).withUnsafeBufferPointer { escape($0, keepingLines, &result) } }
    }

    private static func escape(_ bytes: UnsafeBufferPointer<UInt8>, _ keepingLines: Bool, _ result: inout [UInt8]) {
        result.reserveCapacity(result.count + bytes.count)
        // What stands from here to `index` goes through.
        var start = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte >= 0x20 && byte < 0x7F || keepingLines && (byte == 0x0A || byte == 0x09) {
                index += 1
                continue
            }
            let found = byte < 0x80 ? nil : UTF8Scalar(at: index, of: bytes)
            let length = found?.length ?? 1
            if let found, isHarmless(found.value) {
                index += length
                continue
            }
            result.append(contentsOf: bytes[start..<index])
            result.append(contentsOf: #"\x{\#(String(found?.value ?? UInt32(byte), radix: 16, uppercase: true))}"#.utf8)
            index += length
            start = index
        }
        result.append(contentsOf: bytes[start...])
    }

    /// - Parameter scalar: a code point.
    package static func isHarmless(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x20...0x7E: return true
        case ..<0xA0: return false
        // Letters of Latin, Greek, Cyrillic, Armenian and Hebrew script, without looking them up.
        case 0xA0..<0x300, 0x370..<0x600: return scalar != 0xAD
        // Ideographs, and syllables of Hangul.
        case 0x4E00..<0xA000, 0xAC00..<0xD7A4: return true
        default:
            guard let properties = Unicode.Scalar(scalar)?.properties else { return false }
            switch properties.generalCategory {
            // Among them the marks, embeddings, overrides and isolates of the bidirectional algorithm, and tags.
            case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: return false
            // Variation selectors, fillers and what else has no look of its own.
            default: return !properties.isDefaultIgnorableCodePoint
            }
        }
    }
}

/// A code point that is encoded as UTF-8 wants it (The Unicode Standard, table 3-7).
private struct UTF8Scalar {
    var value: UInt32
    /// In bytes.
    var length: Int

    /// nil where there is none at `index`.
    init?(at index: Int, of bytes: UnsafeBufferPointer<UInt8>) {
        let first = bytes[index]
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: (value, length) = (UInt32(first & 0x1F), 2)
        case 0xE0...0xEF: (value, length) = (UInt32(first & 0x0F), 3)
        case 0xF0...0xF4: (value, length) = (UInt32(first & 0x07), 4)
        default: return nil
        }
        switch first {
        case 0xE0: second = 0xA0...0xBF
        case 0xED: second = 0x80...0x9F
        case 0xF0: second = 0x90...0xBF
        case 0xF4: second = 0x80...0x8F
        default: break
        }
        guard index + length <= bytes.count, second.contains(bytes[index + 1]) else { return nil }
        for byte in bytes[(index + 1)..<(index + length)] {
            guard byte & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(byte & 0x3F)
        }
    }
}
