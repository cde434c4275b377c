/// Where a stream's bytes end up.
package protocol ByteSink: AnyObject {
    /// Writes all of `bytes`, waiting if it must.
    /// - Returns: 0, or the errno of what went wrong.
    func write(_ bytes: [UInt8]) -> Int32
}

/// Collects small pieces and writes them in large ones. After the first error it takes no more.
package final class BufferedWriter {
    private static let pieceBytes = 64 << 10

    private let sink: any ByteSink
    private var buffer: [UInt8] = []
    /// errno of the first write that failed; 0 so far.
    package private(set) var failure: Int32 = 0

    package init(_ sink: any ByteSink) { self.sink = sink }

    package func write(_ text: String) { write(Array(text.utf8)) }

    package func write(_ bytes: [UInt8]) {
        if failure != 0 { return }
        if buffer.count + bytes.count >= Self.pieceBytes { flush() }
        if bytes.count < Self.pieceBytes {
            buffer.append(contentsOf: bytes)
        } else if failure == 0 {
            failure = sink.write(bytes)
        }
    }

    package func flush() {
        if buffer.isEmpty || failure != 0 { return }
        failure = sink.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
