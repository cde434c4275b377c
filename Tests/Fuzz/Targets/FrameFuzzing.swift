import DistributionProtocol
import ErlangTerm

/// Promises of framing and of messages.
enum FrameFuzzing {
    private static let limit = 1 << 20

    static func run(_ input: [UInt8]) throws(FuzzFinding) {
        guard let chunks = ChunkedInput(input) else { return }
        let torn = try frames(chunks)
        let whole = try frames(ChunkedInput([UInt8(chunks.variant)] + chunks.bytes) ?? chunks)
        try FuzzFinding.check(torn == whole, "frames depend on the chunks")
        for case .packet(let packet) in whole { try message(packet) }
    }

    private static func frames(_ chunks: ChunkedInput) throws(FuzzFinding) -> [Frame] {
        var reader = FrameReader(limit: limit)
        var frames: [Frame] = []
        try chunks.forEachChunk { bytes throws(FuzzFinding) in
            var chunk = bytes
            do throws(FrameError) {
                while let frame = try reader.next(from: &chunk) { frames.append(frame) }
            } catch {
                return false
            }
            try FuzzFinding.check(chunk.isEmpty, "bytes are left over")
            try FuzzFinding.check(reader.reservedBytes <= 2 * limit, "\(reader.reservedBytes) bytes reserved")
            return true
        }
        return frames
    }

    /// What is understood can be said again, and means the same.
    private static func message(_ packet: [UInt8]) throws(FuzzFinding) {
        let limits = TermLimits(depth: 1000, terms: 1 << 18, atoms: 1 << 12, uncompressedBytes: 1 << 20)
        guard let message = try? DistributionMessage(packet: packet, limits: limits) else { return }
        let frame = DistributionMessage.frame(message.control, payload: message.payload?.term)
        let again: DistributionMessage
        do { again = try DistributionMessage(packet: Array(frame.dropFirst(4))) } catch {
            throw FuzzFinding("\(message.control) does not survive its encoding: \(error)")
        }
        let frameAgain = DistributionMessage.frame(again.control, payload: again.payload?.term)
        try FuzzFinding.check(frame == frameAgain, "\(message.control) became \(again.control)")
    }
}
