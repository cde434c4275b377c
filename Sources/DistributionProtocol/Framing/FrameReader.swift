/// What arrives on a link that is up.
package enum Frame: Hashable, Sendable {
    /// A frame of length zero, which only shows that the peer lives.
    case tick
    /// The bytes of a frame without its length.
    case packet([UInt8])
}

/// Cuts the stream behind the handshake into frames: four bytes of length, then as many bytes (erl_dist_protocol,
/// "Protocol between Connected Nodes").
///
/// A packet's bytes are copied once, from the chunk they arrive in into the array that is handed out.
package struct FrameReader: Sendable {
    /// Without fragments a message is one frame however large it is; what the term decoder takes at most is the
    /// limit here too.
    package static let standardLimit = 256 << 20

    private static let headerBytes = 4
    private let limit: Int
    private var header: UInt32 = 0
    private var headerCount = 0
    /// Set when the header is whole.
    private var length: Int?
    private var body: [UInt8] = []

    package init(limit: Int = FrameReader.standardLimit) { self.limit = limit }

    /// Whether a frame has begun to arrive.
    package var isInsideFrame: Bool { headerCount > 0 }
    /// Room taken for the frame that is arriving; pages that nothing was written to included.
    package var reservedBytes: Int { body.capacity }

    /// Takes bytes off the front of `chunk` until one frame is whole. Call it until it gives nil: the chunk is then
    /// used up.
    ///
    /// - Throws: `FrameError` for a length beyond the limit; the stream cannot be read further.
    package mutating func next(from chunk: inout UnsafeRawBufferPointer) throws(FrameError) -> Frame? {
        while length == nil {
            guard let byte = chunk.first else { return nil }
            chunk = UnsafeRawBufferPointer(rebasing: chunk.dropFirst())
            header = header << 8 | UInt32(byte)
            headerCount += 1
            guard headerCount == Self.headerBytes else { continue }
            guard header <= UInt32(clamping: limit) else { throw .tooLong(length: Int(header), limit: limit) }
            length = Int(header)
        }
        guard let length else { return nil }
        let taken = min(length - body.count, chunk.count)
        reserve(for: taken, of: length)
        body.append(contentsOf: chunk[..<taken])
        chunk = UnsafeRawBufferPointer(rebasing: chunk[taken...])
        guard body.count == length else { return nil }
        return frameCompleted()
    }

    private mutating func frameCompleted() -> Frame {
        defer { (header, headerCount, length, body) = (0, 0, nil, []) }
        return headerCount == Self.headerBytes && body.isEmpty ? .tick : .packet(body)
    }

    /// Room is made as bytes come, never on the word of the header alone: 64 KiB at first, then 64 times what has
    /// arrived. A frame of 20 MB is thus moved twice while it is small, and a header that lies about 256 MiB costs
    /// 64 KiB. (Pages of a large allocation that are not written to are no memory.)
    private mutating func reserve(for count: Int, of length: Int) {
        let needed = body.count + count
        guard needed > body.capacity else { return }
        body.reserveCapacity(min(length, max(64 << 10, needed * 64)))
    }
}

package enum FrameError: Error, Hashable, Sendable {
    case tooLong(length: Int, limit: Int)
}

extension FrameError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong(let length, let limit): "a message of \(length) bytes, where \(limit) are taken"
        }
    }
}
