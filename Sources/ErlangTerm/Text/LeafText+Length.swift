extension LeafText {
    /// Above this many characters the exact number no longer matters: no line is as long.
    private static let exactCharacters = 1 << 16

    /// The number of characters that `write(_:to:)` makes, counted as OTP counts them. `scratch` is empty before and
    /// after.
    func length(_ kind: TermKind, scratch: inout TextSink) -> Int {
        switch kind {
        case .integer(let number): return DecimalDigits.count(number)
        case .bigInteger(let number): return BigIntegerText.length(number)
        case .emptyList: return 2
        case .binary(let bytes):
            let text = text(bytes)
            if case .numbers = text { return BitStringText(bytes, bitsInLastByte: 8).length }
            var tally = StringTally()
            text.forEachScalar(bytes) { tally.add($0) }
            if case .utf8 = text { return tally.length(of: self, kind, scratch: &scratch) + 9 }
            return bytes.isEmpty ? 4 : tally.characters + 6
        case .bitString(let bytes, let bits): return BitStringText(bytes, bitsInLastByte: bits).length
        case .tuple, .list, .byteList, .map, .nativeRecord: return 0
        default:
            write(kind, to: &scratch)
            let length = EscapedText.length(ofWritten: scratch.buffer[...])
            scratch.removeAll()
            return length
        }
    }

    /// A list for which `isString` holds.
    func length(string elements: TermViews, scratch: inout TextSink) -> Int {
        var tally = StringTally()
        for element in elements {
            if case .integer(let number) = element.kind, let scalar = range.scalar(number) { tally.add(scalar) }
        }
        guard tally.isWide, tally.characters < Self.exactCharacters else { return tally.characters + 2 }
        write(string: elements, to: &scratch)
        let length = EscapedText.length(ofWritten: scratch.buffer[...])
        scratch.removeAll()
        return length
    }

    func length(string bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(2) { $0 + EscapedText.length(Unicode.Scalar($1), quote: "\"") }
    }

    private struct StringTally {
        var characters = 0
        var isWide = false

        mutating func add(_ scalar: Unicode.Scalar) {
            characters += EscapedText.length(scalar, quote: "\"")
            if scalar.value > 0xFF { isWide = true }
        }

        /// The length with the quotes, in grapheme clusters where OTP counts those.
        func length(of leaf: LeafText, _ kind: TermKind, scratch: inout TextSink) -> Int {
            guard isWide, characters < exactCharacters else { return characters + 2 }
            leaf.write(kind, to: &scratch)
            // Without `<<` and `/utf8>>`.
            let length = EscapedText.length(ofWritten: scratch.buffer.dropFirst(2).dropLast(7))
            scratch.removeAll()
            return length
        }
    }
}
