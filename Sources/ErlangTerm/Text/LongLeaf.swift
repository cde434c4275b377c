/// A part of a term without children whose text can be long, and how far it is written.
///
/// Up to `pieceBytes` of a term are written at once: only what is longer can be left pending, never a part that shares a
/// line with others.
struct LongLeaf {
    static let pieceBytes = 4 << 10

    enum Content {
        /// Characters in quotes.
        case characters(BinaryText, ArraySlice<UInt8>)
        case list(TermViews.Iterator, PrintableRange)
        case bits(BitStringText)
        /// Limbs of a decimal number, the last one first.
        case decimal(ArraySlice<UInt64>)
        /// Bytes of a number in base 16, the last one first.
        case hexadecimal(ArraySlice<UInt8>)
    }

    var content: Content
    /// What follows it.
    var closing: StaticString = ""

    /// Writes until the sink is full.
    /// - Returns: whether all is written.
    mutating func write(to sink: inout TextSink) -> Bool {
        repeat {
            if !writePiece(to: &sink) {
                sink.append(closing)
                return true
            }
        } while !sink.isFull
        return false
    }

    /// - Returns: whether more may follow.
    private mutating func writePiece(to sink: inout TextSink) -> Bool {
        switch content {
        case .characters(let text, let bytes):
            var piece = bytes.prefix(Self.pieceBytes)
            if case .utf8 = text { piece = bytes.prefixOfCharacters(Self.pieceBytes) }
            EscapedText.write(piece, as: text, to: &sink)
            let rest = bytes[piece.endIndex...]
            content = .characters(text, rest)
            return !rest.isEmpty
        case .list(var elements, let range):
            for _ in 0..<Self.pieceBytes {
                guard let element = elements.next() else { return false }
                guard case .integer(let number) = element.kind, let scalar = range.scalar(number) else { continue }
                EscapedText.write(scalar, quote: "\"", to: &sink)
            }
            content = .list(elements, range)
            return elements.remaining > 0
        case .bits(var bits):
            let isMore = bits.writePiece(to: &sink)
            content = .bits(bits)
            return isMore
        case .decimal(let limbs):
            let piece = limbs.suffix(Self.pieceBytes / 8)
            for limb in piece.reversed() {
                let missing = DecimalLimbs.digits - DecimalDigits.count(limb)
                for _ in 0..<missing { sink.append(UInt8(ascii: "0")) }
                sink.append(decimal: limb)
            }
            content = .decimal(limbs[..<piece.startIndex])
            return piece.startIndex > limbs.startIndex
        case .hexadecimal(let bytes):
            let piece = bytes.suffix(Self.pieceBytes)
            for byte in piece.reversed() {
                sink.append(Self.hexadecimalDigit(byte >> 4))
                sink.append(Self.hexadecimalDigit(byte & 0x0F))
            }
            content = .hexadecimal(bytes[..<piece.startIndex])
            return piece.startIndex > bytes.startIndex
        }
    }

    static func hexadecimalDigit(_ value: UInt8) -> UInt8 { value + (value < 10 ? 0x30 : 0x37) }
}

extension ArraySlice<UInt8> {
    /// At most `limit` bytes from the front, at least one, and in UTF-8 none of the characters cut.
    package func prefixOfCharacters(_ limit: Int) -> ArraySlice<UInt8> {
        guard count > limit else { return self }
        var end = startIndex + limit
        // A character of UTF-8 has three bytes behind its first at most.
        for _ in 0..<3 where end > startIndex + 1 && self[end] & 0xC0 == 0x80 { end -= 1 }
        return self[..<end]
    }
}
