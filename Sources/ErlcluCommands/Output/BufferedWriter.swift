package import ByteTransport
package import Presentation

/// One of the two standard streams: the only way to them, and the one that keeps a terminal from harm. Collects small
/// pieces and writes them in large ones. After the first error it takes no more.
package final class BufferedWriter {
    private static let pieceBytes = 64 << 10

    private let sink: any ByteSink
    private let isTerminal: Bool
    private var buffer: [UInt8] = []
    private var writeFailure: Int32 = 0
    /// errno of the first write that failed; 0 so far.
    package var failure: Int32 { writeFailure != 0 ? writeFailure : sink.failure }

    package init(_ sink: any ByteSink, isTerminal: Bool) {
        self.sink = sink
        self.isTerminal = isTerminal
    }

    package func write(_ text: TerminalText) { put(text.bytes) }

    /// Text for people that may be anybody's, lines and all.
    /// - Parameter bytes: UTF-8, not cut within a character.
    package func write(_ bytes: [UInt8]) {
        TerminalText.isPlain(bytes) ? put(bytes) : write(TerminalText(lines: bytes))
    }

    /// What a program wants to have byte by byte. A terminal gets it escaped all the same.
    package func write(exactly bytes: [UInt8]) { isTerminal ? write(bytes) : put(bytes) }

    /// The same for a line of fields, separated by tabs.
    package func write(exactlyFields fields: [String]) {
        let shown = isTerminal ? fields.map { TerminalText.escaped($0, keepingLines: false) } : fields
        write(exactly: Array((shown.joined(separator: "\t") + "\n").utf8))
    }

    private func put(_ bytes: [UInt8]) {
        if failure != 0 { return }
        if buffer.count + bytes.count >= Self.pieceBytes { flush() }
        if bytes.count < Self.pieceBytes {
            buffer.append(contentsOf: bytes)
        } else if failure == 0 {
            writeFailure = sink.write(bytes)
        }
    }

    package func flush() {
        if buffer.isEmpty || failure != 0 { return }
        writeFailure = sink.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    /// Looks from now on for a reader that leaves: for a command that may write nothing for long.
    package func watchReader() { sink.watchReader() }

    /// Writes all, and waits until not too much of it is queued, or until `deadline`: for whoever produces without end.
    /// - Returns: whether there is room.
    @LoopActor
    package func awaitRoom(until deadline: Instant?) async -> Bool {
        flush()
        return await sink.awaitRoom(until: deadline)
    }

    /// Writes all, and waits until the reader has it.
    /// - Parameters:
    ///   - deadline: from then on a reader that takes nothing is given up soon; nil: never.
    ///   - isHurried: whether such a reader is given up soon in any case.
    package func drain(until deadline: Instant?, isHurried: Bool) {
        flush()
        if failure == 0 { writeFailure = sink.drain(until: deadline) { isHurried } }
    }
}
