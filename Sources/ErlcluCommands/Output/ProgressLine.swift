package import ByteTransport
import Presentation
import TerminalCanvas

/// How far long work is: one line that is drawn over and over at the end of a terminal, and erased when others write
/// there and when the work is done.
///
/// What takes less than `delay` draws nothing.
package final class ProgressLine {
    private static let delay = Duration.milliseconds(300)
    /// A slow line is not to carry more of it than anybody reads.
    private static let interval = Duration.milliseconds(100)
    private static let erasure = TerminalText.erasedLine.bytes

    private let sink: any ByteSink
    private let isShown: Bool
    private let width: Int
    private let now: () -> Instant
    /// Nothing is drawn before.
    private var due: Instant
    private var words: String?
    private var isDrawn = false
    /// Whether somebody else's line is not ended: it is not to be drawn over.
    private var isBehindOthers = false
    private var timer: TimerHandle?

    /// - Parameters:
    ///   - sink: the terminal.
    ///   - isShown: false where there is none, or it takes no escape sequences.
    ///   - width: the terminal's columns, where they are known.
    package init(_ sink: any ByteSink, isShown: Bool, width: Int?, now: @escaping () -> Instant) {
        self.sink = sink
        self.isShown = isShown
        self.width = width ?? 80
        self.now = now
        due = isShown ? now() + Self.delay : Instant(nanoseconds: 0)
    }

    /// - Parameters:
    ///   - words: one phrase, as `3 of 7 nodes have answered`; drawn now, or when it is time to.
    ///   - loop: has it drawn then; without it that is left to the next call.
    package func show(_ words: String, on loop: EventLoop? = nil) {
        guard isShown else { return }
        self.words = words
        if now() >= due { return draw() }
        guard let loop, timer == nil else { return }
        timer = loop.schedule(at: due) { [weak self] in
            self?.timer = nil
            self?.draw()
        }
    }

    /// The work is done.
    package func end() {
        timer?.cancel()
        timer = nil
        words = nil
        erase()
        // What is done next may be short again.
        if isShown { due = now() + Self.delay }
    }

    private func draw() {
        // A terminal that takes nothing is not given more lines to draw over each other.
        guard let words, !isBehindOthers, !sink.isBehind else { return }
        // A terminal breaks a line that fills its last column.
        let line = TerminalText.escaped(words, keepingLines: false).prefix(columns: width - 1)
        _ = sink.write(Self.erasure + TerminalText(line).bytes)
        isDrawn = true
        due = now() + Self.interval
    }

    private func erase() {
        guard isDrawn else { return }
        isDrawn = false
        _ = sink.write(Self.erasure)
    }

    /// A way to the same terminal for others, who need not know of the line.
    package func sink(beside other: any ByteSink) -> any ByteSink {
        isShown ? NeighbourSink(self, other) : other
    }

    private final class NeighbourSink: ByteSink {
        private let line: ProgressLine
        private let sink: any ByteSink

        init(_ line: ProgressLine, _ sink: any ByteSink) {
            self.line = line
            self.sink = sink
        }

        var failure: Int32 { sink.failure }
        var isBehind: Bool { sink.isBehind }
        func watchReader() { sink.watchReader() }
        @LoopActor func awaitRoom(until deadline: Instant?) async -> Bool { await sink.awaitRoom(until: deadline) }
        func drain(until deadline: Instant?, isHurried: () -> Bool) -> Int32 {
            sink.drain(until: deadline, isHurried: isHurried)
        }

        func write(_ bytes: [UInt8]) -> Int32 {
            guard !bytes.isEmpty else { return 0 }
            line.erase()
            line.isBehindOthers = bytes.last != 0x0A && !bytes.reversed().starts(with: ProgressLine.erasure.reversed())
            return sink.write(bytes)
        }
    }
}

extension ProgressLine {
    /// On standard error, where that is a terminal.
    convenience init(_ context: CommandContext) {
        self.init(
            context.standardError, isShown: context.errorIsTerminal && !TextStyle.isDumb(context.environment),
            width: context.terminalWidth, now: context.now)
    }
}
