/// Which characters make a list of integers or a binary print as a string (`io:printable_range/0`).
package enum PrintableRange: Sendable {
    /// What a node has that was started without `+pc`: "é" is a string, a list of Cyrillic letters is a list of
    /// numbers.
    case latin1
    /// `+pc unicode`.
    case unicode

    func contains(_ value: UInt32) -> Bool {
        switch value {
        case 0x20...0x7E, 0xA0...0xFF, 0x08...0x0D, 0x1B: true
        case 0x100..<0xD800, 0xE000..<0xFFFE, 0x10000...0x10FFFF: self == .unicode
        default: false
        }
    }

    /// A character of a list, if it prints in a string.
    func scalar(_ number: Int) -> Unicode.Scalar? {
        guard let value = UInt32(exactly: number), contains(value) else { return nil }
        return Unicode.Scalar(value)
    }
}
