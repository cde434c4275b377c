/// Bytes that wait to be sent, as the arrays they came in: 20 MB are queued without being copied. Small ones are
/// joined, so that many tiny writes make few system calls.
package struct OutputQueue {
    private static let joinLimit = 16 * 1024

    private var chunks: [[UInt8]] = []
    /// The first chunk not yet sent, and how far it is.
    private var head = 0
    private var offset = 0
    /// Bytes that wait.
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }

    package mutating func append(_ bytes: consuming [UInt8]) {
        guard !bytes.isEmpty else { return }
        count += bytes.count
        // The count only: a second reference to the chunk would have it copied whenever it grows.
        if let last = chunks.last?.count, last + bytes.count <= Self.joinLimit {
            chunks[chunks.count - 1].append(contentsOf: bytes)
        } else {
            chunks.append(bytes)
        }
    }

    package mutating func removeAll() { self = OutputQueue() }

    /// Calls `send` with the bytes at the front until all are gone or it takes less than it was offered.
    /// - Parameter send: returns how many bytes went; nil ends the sending.
    package mutating func drain(_ send: (UnsafeRawBufferPointer) -> Int?) {
        while !isEmpty {
            let offset = offset
            let offered = chunks[head].count - offset
            let sent = chunks[head].withUnsafeBytes { send(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
            guard let sent else { return }
            consume(sent)
            if sent < offered { return }
        }
    }

    private mutating func consume(_ sent: Int) {
        count -= sent
        offset += sent
        guard offset == chunks[head].count else { return }
        chunks[head] = []
        head += 1
        offset = 0
        if isEmpty {
            chunks.removeAll(keepingCapacity: chunks.count <= 64)
            head = 0
        } else if head > 64, head * 2 > chunks.count {
            chunks.removeFirst(head)
            head = 0
        }
    }
}
