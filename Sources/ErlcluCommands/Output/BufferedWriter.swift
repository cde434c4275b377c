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
    /// While one writes a long result in pieces: what others write, for behind it.
    private var heldBack: [UInt8]?
    /// errno of the first write that failed; 0 so far.
    package var failure: Int32 { writeFailure != 0 ? writeFailure : sink.failure }

    package init(_ sink: any ByteSink, isTerminal: Bool) {
        self.sink = sink
        self.isTerminal = isTerminal
    }

    package func write(_ text: TerminalText) { put(text.bytes) }

    /// Text for people that may be anybody's, lines and all.
    /// - Parameter bytes: UTF-8, not cut within a character.
    /// - Parameter isPiece: of the long result that others are held back for.
    package func write(_ bytes: [UInt8], isPiece: Bool = false) {
        put(TerminalText.isPlain(bytes) ? bytes : TerminalText(lines: bytes).bytes, isPiece: isPiece)
    }

    /// What a program wants to have byte by byte. A terminal gets it escaped all the same.
    package func write(exactly bytes: [UInt8], isPiece: Bool = false) {
        isTerminal ? write(bytes, isPiece: isPiece) : put(bytes, isPiece: isPiece)
    }

    /// A long result begins: until `releaseOthers`, what others write waits. What comes from nodes is bounded meanwhile, as
    /// links are not read while output is not taken.
    func holdOthersBack() { heldBack = [] }

    func releaseOthers() {
        guard let bytes = heldBack else { return }
        heldBack = nil
        put(bytes)
    }

    /// The same for a line of fields, separated by tabs.
    package func write(exactlyFields fields: [String]) {
        let shown = isTerminal ? fields.map { TerminalText.escaped($0, keepingLines: false) } : fields
        write(exactly: Array((shown.joined(separator: "\t") + "\n").utf8))
    }

    private func put(_ bytes: [UInt8], isPiece: Bool = false) {
        if failure != 0 || bytes.isEmpty { return }
        if heldBack != nil, !isPiece {
            heldBack?.append(contentsOf: bytes)
            return
        }
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
