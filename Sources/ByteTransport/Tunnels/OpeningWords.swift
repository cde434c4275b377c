/// Text in the first bytes that come from somebody who was to speak a protocol.
package enum OpeningWords {
    /// More bytes are not looked at.
    package static let limit = 256
    /// epmd answers with two bytes, the first of which is a letter.
    private static let least = 4
    private static let shown = 120

    /// - Returns: the text that came first, in one line; nil where none did. epmd, a node and TLS all have a byte below
    ///   0x20 among their first four; the greeting of SSH is a line, and what stands before it belongs to it.
    package static func of(_ bytes: [UInt8]) -> String? {
        var text = bytes.prefix(while: isOfText)
        // Whole lines before something else: a program that talks first, and carries then.
        if text.count < bytes.count { text = text.prefix((text.lastIndex(of: 0x0A) ?? -1) + 1) }
        guard text.count >= least else { return nil }
        let lines = text.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
        guard !lines.contains(where: { $0.starts(with: Array("SSH-".utf8)) }) else { return nil }
        let words = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.isEmpty ? nil : String(words.prefix(shown))
    }

    /// Colours and bells are of text too.
    private static func isOfText(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F || (0x07...0x0D).contains(byte) || byte == 0x1B
    }
}
