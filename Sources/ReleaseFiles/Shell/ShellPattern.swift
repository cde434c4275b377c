/// A pattern of `case` and of `${X#…}`: `*` and `?`. Of brackets and escapes shells think differently.
struct ShellPattern {
    private enum Element: Hashable {
        case byte(UInt8)
        case anyByte
        case anything
    }

    /// Longer ones are left to a shell.
    static let lengthLimit = 1024

    private let elements: [Element]

    /// nil for what is not of this form.
    /// - Parameter pieces: text and whether it is quoted.
    init?(_ pieces: [ShellPiece]) {
        var elements: [Element] = []
        for piece in pieces {
            for byte in piece.bytes {
                switch byte {
                case _ where piece.isQuoted: elements.append(.byte(byte))
                case UInt8(ascii: "*"): elements.append(.anything)
                case UInt8(ascii: "?"): elements.append(.anyByte)
                case UInt8(ascii: "["), UInt8(ascii: "\\"): return nil
                default: elements.append(.byte(byte))
                }
            }
        }
        guard elements.count <= Self.lengthLimit else { return nil }
        self.elements = elements
    }

    /// nil where it takes a locale, or too long, to know.
    func matches(_ value: [UInt8]) -> Bool? {
        accepted(value, elements).map { $0.last ?? false }
    }

    /// The value without what the pattern matches at its begin.
    func removingPrefix(of value: [UInt8], longest: Bool) -> [UInt8]? {
        guard let accepted = accepted(value, elements) else { return nil }
        guard let count = longest ? accepted.lastIndex(of: true) : accepted.firstIndex(of: true) else { return value }
        return Array(value.dropFirst(count))
    }

    /// The value without what the pattern matches at its end.
    func removingSuffix(of value: [UInt8], longest: Bool) -> [UInt8]? {
        guard let accepted = accepted(value.reversed(), elements.reversed()) else { return nil }
        guard let count = longest ? accepted.lastIndex(of: true) : accepted.firstIndex(of: true) else { return value }
        return Array(value.dropLast(count))
    }

    /// Whether the pattern matches the first 0, 1, 2 … bytes.
    private func accepted(_ value: [UInt8], _ elements: [Element]) -> [Bool]? {
        guard value.count <= Self.lengthLimit else { return nil }
        if elements.contains(.anyByte), value.contains(where: { $0 >= 0x80 }) { return nil }
        // `reached[i]`: the first i elements match what has been read.
        var reached = [Bool](repeating: false, count: elements.count + 1)
        reached[0] = true
        func spread(_ states: inout [Bool]) {
            for (index, element) in elements.enumerated() where states[index] && element == .anything {
                states[index + 1] = true
            }
        }
        spread(&reached)
        var accepted = [reached[elements.count]]
        for byte in value {
            var following = [Bool](repeating: false, count: elements.count + 1)
            for (index, element) in elements.enumerated() where reached[index] {
                switch element {
                case .anything: following[index] = true
                case .anyByte: following[index + 1] = true
                case .byte(byte): following[index + 1] = true
                case .byte: break
                }
            }
            spread(&following)
            reached = following
            accepted.append(reached[elements.count])
        }
        return accepted
    }
}
