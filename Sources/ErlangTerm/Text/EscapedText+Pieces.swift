/// The same for a piece of long text at once.
extension EscapedText {
    /// Below this many bytes the tables cost more than they save.
    private static let leastBytes = 256

    /// Writes the characters of `bytes` as `write(_:quote:to:)` writes each of them between double quotes.
    /// - Parameter bytes: what `text` was found for, or a part of it that cuts no character.
    static func write(_ bytes: ArraySlice<UInt8>, as text: BinaryText, to sink: inout TextSink) {
        guard bytes.count >= leastBytes else {
            return text.forEachScalar(bytes) { write($0, quote: "\"", to: &sink) }
        }
        var isUTF8 = false
        if case .utf8 = text { isUTF8 = true }
        let forms = isUTF8 ? utf8Forms : byteForms
        sink.append(atMost: ByteForm.longest * bytes.count) { room in
            var end = 0
            bytes.withUnsafeBufferPointer { bytes in
                forms.withUnsafeBufferPointer { forms in
                    var index = 0
                    while index < bytes.count {
                        var form = forms[Int(bytes[index])]
                        index += 1
                        // Of C1, U+0080 to U+009F, the second byte of two is the number.
                        if isUTF8, bytes[index - 1] == 0xC2, index < bytes.count, bytes[index] < 0xA0 {
                            form = byteForms[Int(bytes[index])]
                            index += 1
                        }
                        room.storeBytes(of: form.bytes.littleEndian, toByteOffset: end, as: UInt32.self)
                        end += form.count
                    }
                }
            }
            return end
        }
    }

    /// What a byte becomes: at most four bytes, the first one in the lowest eight bits.
    private struct ByteForm {
        static let longest = 4

        var bytes: UInt32 = 0
        var count: Int

        init(_ text: [UInt8]) {
            count = text.count
            for byte in text.reversed() { bytes = bytes << 8 | UInt32(byte) }
        }
    }

    /// Where each byte is a character.
    private static let byteForms = (UInt8.min...UInt8.max).map { byte in
        var sink = TextSink()
        write(Unicode.Scalar(byte), quote: "\"", to: &sink)
        return ByteForm(sink.buffer)
    }

    /// Where bytes above 0x7F are parts of characters, which stay as they are.
    private static let utf8Forms: [ByteForm] = byteForms[..<0x80] + (UInt8(0x80)...UInt8.max).map { ByteForm([$0]) }
}
