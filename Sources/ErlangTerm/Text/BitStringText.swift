/// `<<1,2,3:4>>`: bytes as numbers, the last one with its number of bits when it is not whole.
struct BitStringText {
    private let bytes: ArraySlice<UInt8>
    /// The value and the number of bits of an incomplete last byte.
    private let rest: (value: UInt8, bits: UInt8)?

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
        var left = room
        func breakLine(before length: Int) {
            if left < length {
                sink.newline(indent: indent)
                left = room
            }
            left -= length
        }
        sink.append("<<")
        let last = rest == nil ? bytes.endIndex - 1 : bytes.endIndex
        for place in bytes.indices {
            let isFollowed = place < last
            breakLine(before: DecimalDigits.count(bytes[place]) + (isFollowed ? 1 : 0))
            sink.append(decimal: UInt64(bytes[place]))
            if isFollowed { sink.append(UInt8(ascii: ",")) }
            sink.handOnIfFull()
            if sink.isClosed { return }
        }
        if let rest {
            breakLine(before: DecimalDigits.count(rest.value) + 2)
            sink.append(decimal: UInt64(rest.value))
            sink.append(UInt8(ascii: ":"))
            sink.append(decimal: UInt64(rest.bits))
        }
        sink.append(">>")
    }
}
