/// Text that came from a peer, made harmless for a terminal: control characters, and characters that reorder or hide
/// others, become `\x{..}`, so that no answer moves the cursor, sets a title or types a reply.
package enum TerminalText {
    /// - Parameter keepingLines: line feeds and tabs stay.
    package static func escaped(_ bytes: some Collection<UInt8>, keepingLines: Bool = true) -> String {
        let allPlain = keepingLines && isPlain(bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        return allPlain ? text : escaped(text, keepingLines: keepingLines)
    }

    /// Whether it is printable ASCII, line feeds and tabs.
    package static func isPlain(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F || $0 == 0x0A || $0 == 0x09 }
    }

    package static func escaped(_ text: String, keepingLines: Bool = true) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if isHarmless(scalar.value) || keepingLines && (scalar == "\n" || scalar == "\t") {
                result.unicodeScalars.append(scalar)
            } else {
                result += "\\x{\(String(scalar.value, radix: 16, uppercase: true))}"
            }
        }
        return result
    }

    /// - Parameter scalar: a code point.
    static func isHarmless(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x20...0x7E: true
        case ..<0xA0: false
        // Marks, embeddings, overrides and isolates of the bidirectional algorithm; line and paragraph separators.
        case 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: false
        default: true
        }
    }
}
