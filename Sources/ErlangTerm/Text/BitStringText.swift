/// `<<1,2,3:4>>`: bytes as numbers, the last one with its number of bits when it is not whole.
struct BitStringText {
    /// Those that are not written yet.
    private var bytes: ArraySlice<UInt8>
    /// The value and the number of bits of an incomplete last byte.
    private let rest: (value: UInt8, bits: UInt8)?
    private var room = Int.max
    /// Of the line that is being written.
    private var left = Int.max
    private var indent = 0

    /// - Parameter bitsInLastByte: 1...8, in the high end of the last byte.
    init(_ bytes: ArraySlice<UInt8>, bitsInLastByte: Int) {
        if (1...7).contains(bitsInLastByte), let last = bytes.last {
            self.bytes = bytes.dropLast()
            rest = (last >> (8 - UInt8(bitsInLastByte)), UInt8(bitsInLastByte))
        } else {
            self.bytes = bytes
            rest = nil
        }
    }

    var length: Int {
        var length = 4 + bytes.count
        for byte in bytes { length += DecimalDigits.count(byte) }
        guard let rest else { return bytes.isEmpty ? 4 : length - 1 }
        return length + DecimalDigits.count(rest.value) + 2
    }

    func write(to sink: inout TextSink) { write(to: &sink, room: .max, indent: 0) }

    /// Breaks the line before a number that does not fit.
    ///
    /// - Parameters:
    ///   - room: characters between `<<` and the end of the line.
    ///   - indent: spaces in front of the lines that follow.
    func write(to sink: inout TextSink, room: Int, indent: Int) {
        var text = self
        (text.room, text.left, text.indent) = (room, room, indent)
        sink.append("<<")
        sink.append(LongLeaf(content: .bits(text), closing: ">>"))
    }

    /// - Returns: whether more follows.
    mutating func writePiece(to sink: inout TextSink) -> Bool {
        let piece = bytes.prefix(LongLeaf.pieceBytes)
        let isEnd = piece.count == bytes.count
        let last = isEnd && rest == nil ? piece.endIndex - 1 : piece.endIndex
        for place in piece.indices {
            let isFollowed = place < last
            breakLine(before: DecimalDigits.count(piece[place]) + (isFollowed ? 1 : 0), in: &sink)
            sink.append(decimal: UInt64(piece[place]))
            if isFollowed { sink.append(UInt8(ascii: ",")) }
        }
        bytes = bytes[piece.endIndex...]
        guard isEnd, let rest else { return !isEnd }
        breakLine(before: DecimalDigits.count(rest.value) + 2, in: &sink)
        sink.append(decimal: UInt64(rest.value))
        sink.append(UInt8(ascii: ":"))
        sink.append(decimal: UInt64(rest.bits))
        return false
    }

    private mutating func breakLine(before length: Int, in sink: inout TextSink) {
        if left < length {
            sink.newline(indent: indent)
            left = room
        }
        left -= length
    }
}
