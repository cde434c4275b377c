/// Reads big-endian fields out of a message that has arrived whole.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        self.position = bytes.startIndex
    }

    /// There are fewer bytes than a field needs.
    struct EndOfMessage: Error {}

    var remaining: ArraySlice<UInt8> { bytes[position...] }

    mutating func take(_ count: Int) throws(EndOfMessage) -> ArraySlice<UInt8> {
        guard count <= bytes.endIndex - position else { throw EndOfMessage() }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func integer<Value: FixedWidthInteger & UnsignedInteger>(
        _: Value.Type = Value.self
    ) throws(EndOfMessage) -> Value {
        var value: UInt64 = 0
        for byte in try take(Value.bitWidth / 8) { value = value << 8 | UInt64(byte) }
        return Value(truncatingIfNeeded: value)
    }
}
