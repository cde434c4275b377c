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
        bytes = bytes[piece.endIndex...]
        let isEnd = bytes.isEmpty
        // The last number has no comma behind it.
        let last = isEnd && rest == nil ? piece.last : nil
        var followed = last == nil ? piece : piece.dropLast()
        while true {
            followed = followed.dropFirst(fillLine(with: followed, in: &sink))
            if followed.isEmpty { break }
            breakLine(in: &sink)
        }
        if let last {
            breakLine(before: DecimalDigits.count(last), in: &sink)
            sink.append(decimal: UInt64(last))
        }
        guard isEnd, let rest else { return !isEnd }
        breakLine(before: DecimalDigits.count(rest.value) + 2, in: &sink)
        sink.append(decimal: UInt64(rest.value))
        sink.append(UInt8(ascii: ":"))
        sink.append(decimal: UInt64(rest.bits))
        return false
    }

    /// Writes numbers, each with a comma, until the next one has no room on the line.
    /// - Returns: how many.
    private mutating func fillLine(with bytes: ArraySlice<UInt8>, in sink: inout TextSink) -> Int {
        let longest = DecimalForms.longest
        let most = longest * bytes.count
        var (numbers, left) = (0, left)
        // Each is stored in full length, also the last one of a line.
        sink.append(atMost: left < most ? left + longest : most) { room in
            var end = 0
            bytes.withUnsafeBufferPointer { bytes in
                DecimalForms.withComma.withUnsafeBufferPointer { forms in
                    while numbers < bytes.count {
                        let byte = bytes[numbers]
                        let length = DecimalDigits.count(byte) + 1
                        if left < length { return }
                        room.storeBytes(of: forms[Int(byte)].littleEndian, toByteOffset: end, as: UInt32.self)
                        end += length
                        left -= length
                        numbers += 1
                    }
                }
            }
            return end
        }
        self.left = left
        return numbers
    }

    private mutating func breakLine(before length: Int, in sink: inout TextSink) {
        if left < length { breakLine(in: &sink) }
        left -= length
    }

    private mutating func breakLine(in sink: inout TextSink) {
        sink.newline(indent: indent)
        left = room
    }
}

/// Bytes in decimal, by their value.
private enum DecimalForms {
    /// Three digits and the comma.
    static let longest = 4

    /// With a comma behind it; the first character in the lowest eight bits.
    static let withComma = (UInt8.min...UInt8.max).map { byte in
        var form = UInt32(UInt8(ascii: ","))
        var rest = byte
        repeat {
            form = form << 8 | UInt32(0x30 + rest % 10)
            rest /= 10
        } while rest > 0
        return form
    }
}
