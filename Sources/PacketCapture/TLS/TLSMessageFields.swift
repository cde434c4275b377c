/// Reads the fields of a handshake message (RFC 8446 §3): integers and vectors, most significant byte first.
struct TLSMessageFields {
    /// There are fewer bytes than a field needs.
    struct EndOfMessage: Error {}

    private(set) var remaining: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { remaining = bytes }

    mutating func bytes(_ count: Int) throws(EndOfMessage) -> ArraySlice<UInt8> {
        guard count <= remaining.count else { throw EndOfMessage() }
        let taken = remaining.prefix(count)
        remaining = remaining.dropFirst(count)
        return taken
    }

    /// An integer of one to four bytes.
    mutating func integer(bytes count: Int) throws(EndOfMessage) -> Int {
        try bytes(count).reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func number() throws(EndOfMessage) -> UInt16 {
        UInt16(truncatingIfNeeded: try integer(bytes: 2))
    }

    /// A vector whose length takes `lengthBytes` bytes.
    mutating func vector(_ lengthBytes: Int) throws(EndOfMessage) -> ArraySlice<UInt8> {
        try bytes(try integer(bytes: lengthBytes))
    }

    /// A vector of two-byte numbers.
    mutating func numbers(_ lengthBytes: Int) throws(EndOfMessage) -> [UInt16] {
        var fields = TLSMessageFields(try vector(lengthBytes))
        var numbers: [UInt16] = []
        while !fields.remaining.isEmpty { numbers.append(try fields.number()) }
        return numbers
    }

    /// Extensions by number, first one first; none where the message ends before them, as it may in TLS 1.2.
    mutating func extensions() throws(EndOfMessage) -> [(number: UInt16, body: ArraySlice<UInt8>)] {
        guard !remaining.isEmpty else { return [] }
        var fields = TLSMessageFields(try vector(2))
        var extensions: [(number: UInt16, body: ArraySlice<UInt8>)] = []
        while !fields.remaining.isEmpty {
            extensions.append((number: try fields.number(), body: try fields.vector(2)))
        }
        return extensions
    }
}
