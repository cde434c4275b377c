/// Puts handshake messages together that are spread over records, and takes those apart that share one.
struct TLSMessageAssembler: Sendable {
    struct Message: Hashable, Sendable {
        var type: UInt8
        var body: ArraySlice<UInt8>
    }

    /// As OTP's `max_handshake_size`.
    static let limit = 256 << 10

    private var buffer: [UInt8] = []
    /// Where the first message begins that was not handed out: moving the rest for each would let many small ones
    /// cost the square of their number.
    private var start = 0

    var bufferedBytes: Int { buffer.count }

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        buffer.removeFirst(start)
        start = 0
        buffer += bytes
    }

    /// The next whole message, without its header.
    mutating func next() throws(TLSReadError) -> Message? {
        guard buffer.count - start >= 4 else { return nil }
        let length = Int(buffer[start + 1]) << 16 | Int(buffer[start + 2]) << 8 | Int(buffer[start + 3])
        guard length <= Self.limit else { throw .messageTooLong(type: buffer[start], length: length) }
        guard buffer.count - start >= 4 + length else { return nil }
        let body = buffer[start + 4..<start + 4 + length]
        let message = Message(type: buffer[start], body: ArraySlice(Array(body)))
        start += 4 + length
        if start == buffer.count { (buffer, start) = ([], 0) }
        return message
    }
}
