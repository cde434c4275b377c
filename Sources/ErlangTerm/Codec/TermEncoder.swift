/// Writes terms in the external term format, one after the other, into one array.
package struct TermEncoder {
    /// The reserved prefix, and the bytes written so far after it.
    package private(set) var bytes: [UInt8]

    /// `prefixLength` zero bytes are left in front for a header, such as the length of a packet.
    package init(reservingPrefix prefixLength: Int = 0) {
        bytes = [UInt8](repeating: 0, count: prefixLength)
    }

    /// Writes `bytes.count` less the prefix, big-endian, into the four bytes of a prefix of four.
    package mutating func fillLengthPrefix() {
        guard bytes.count >= 4 else { return }
        let length = UInt32(truncatingIfNeeded: bytes.count - 4)
        for position in 0..<4 { bytes[position] = UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32(position))) }
    }

    /// Reserves room for `count` more bytes at once, because each growth of the array copies what is there.
    package mutating func reserveRoom(for count: Int) { bytes.reserveCapacity(bytes.count + count) }

    /// The version byte 131, which starts an external term.
    package mutating func writeVersion() { bytes.append(ExternalTag.version) }

    /// Writes bytes that are not a term, or a term that is encoded already.
    package mutating func writeBytes(_ raw: [UInt8]) { bytes.append(contentsOf: raw) }

    package mutating func writeByte(_ raw: UInt8) { bytes.append(raw) }

    /// Writes each character of `text`, which has none above U+00FF, as one byte (ISO 8859-1).
    package mutating func writeCharactersAsBytes(_ text: StaticString) {
        text.withUTF8Buffer { utf8 in
            // Most bytes are ASCII: these are copied in runs. Others take two bytes of UTF-8, 110000xx 10xxxxxx.
            var start = 0
            while true {
                let lead = utf8.endOfASCII(from: start)
                bytes.append(contentsOf: utf8[start..<lead])
                guard lead + 1 < utf8.count else { return }
                bytes.append(utf8[lead] << 6 | utf8[lead + 1] & 0x3F)
                start = lead + 2
            }
        }
    }

    package mutating func write(_ term: Term) {
        // The array is moved out and back, so that it is never shared and never copied.
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        var writer = TermWriter(behind: consume taken)
        writer.write(term)
        bytes = writer.takeBytes()
    }

    /// A decoded subterm, copied as it came.
    package mutating func write(_ view: TermView) { bytes.append(contentsOf: view.encodedBytes) }
}

extension Term {
    /// `term_to_binary`: the version byte and the term.
    package var encoded: [UInt8] {
        var writer = TermWriter()
        writer.put(ExternalTag.version)
        writer.write(self)
        return writer.takeBytes()
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Where the run of ASCII ends that begins at `start`: a program has 24 KiB of it, so eight bytes are looked at at once.
    fileprivate func endOfASCII(from start: Int) -> Int {
        let bytes = UnsafeRawBufferPointer(self)
        let highBits: UInt64 = 0x8080_8080_8080_8080
        var index = start
        while index + 8 <= count, bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & highBits == 0 {
            index += 8
        }
        while index < count, self[index] < 0x80 { index += 1 }
        return index
    }
}
