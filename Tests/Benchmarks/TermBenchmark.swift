import ErlangTerm
import Glibc

/// Decoding and encoding of one large term, as the connection does it: from a received packet into the form that the
/// tool works on, and from a value into the bytes of a message.
struct TermBenchmark {
    private let packet: [UInt8]
    private let term: Term

    init(path: String) throws {
        guard let file = fopen(path, "r") else { throw BenchmarkFailure.unreadable(path) }
        defer { fclose(file) }
        fseek(file, 0, SEEK_END)
        let count = ftell(file)
        rewind(file)
        packet = [UInt8](unsafeUninitializedCapacity: count) { $1 = fread($0.baseAddress, 1, count, file) }
        let decoded = try DecodedTerm(packet: packet)
        guard decoded.endOffset == packet.count else { throw BenchmarkFailure.unreadable(path) }
        term = decoded.root.term
    }

    func decode() -> Int { (try? DecodedTerm(packet: packet))?.endOffset ?? 0 }

    func encode() -> Int {
        var encoder = TermEncoder()
        encoder.writeVersion()
        encoder.write(term)
        return encoder.bytes.count
    }
}

enum BenchmarkFailure: Error {
    case unreadable(String)
}
