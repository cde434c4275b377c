import ErlangTerm

/// Decoding and encoding of one large term, as the connection does it: from a received packet into the form that the
/// tool works on, and from that form, or from a value, into the bytes of a message.
struct TermBenchmark {
    private let packet: [UInt8]
    private let decoded: DecodedTerm
    private let value: Term

    init(path: String) throws {
        packet = try contents(of: path)
        decoded = try DecodedTerm(packet: packet)
        guard decoded.endOffset == packet.count else { throw BenchmarkFailure.unreadable(path) }
        value = decoded.root.term
    }

    func decode() -> Int { (try? DecodedTerm(packet: packet))?.endOffset ?? 0 }

    /// From the tape and packet that a large answer stays in.
    func encodeView() -> Int {
        var encoder = TermEncoder()
        encoder.writeVersion()
        encoder.write(decoded.root)
        return encoder.bytes.count
    }

    /// From the tree of values that what we send is built of.
    func encodeValue() -> Int { value.encoded.count }
}
