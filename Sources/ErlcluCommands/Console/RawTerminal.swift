import ByteTransport
import Glibc

/// The terminal of this process with keys as they are pressed. It is put back by `restore`, and as far as that can be
/// done after a crash, by the handlers of the signals that end one.
final class RawTerminal {
    /// What the handlers of a crash need: they may call nothing that allocates.
    nonisolated(unsafe) private static var original: UnsafeMutablePointer<termios>?
    /// Who draws on it.
    enum Use {
        /// Lines are edited here.
        case lines
        /// All of the screen is drawn here.
        case screen
        /// What is drawn comes from elsewhere, and may leave any mode behind.
        case foreign
        /// No escape sequence is written: the terminal understands none.
        case dumb

        /// What it gets first: bracketed paste.
        fileprivate var start: StaticString { self == .lines || self == .screen ? "\u{1B}[?2004h" : "" }
        /// What it gets when it is put back.
        fileprivate var stop: StaticString {
            switch self {
            case .lines, .screen: "\u{1B}[?2004l\u{1B}[0m"
            case .foreign: Self.stopForeign
            case .dumb: ""
            }
        }
        /// The same after a crash.
        fileprivate var crashStop: StaticString {
            self == .screen ? "\u{1B}[?2004l\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l" : stop
        }

        /// No bracketed paste, mouse or colour, the usual keys, the cursor shown, and not the other screen. To leave that
        /// one puts the cursor where it was saved, even where it was not entered: so it is saved before.
        private static let stopForeign: StaticString =
            "\u{1B}[?2004l\u{1B}[?1000l\u{1B}[?1002l\u{1B}[?1003l\u{1B}[?1006l\u{1B}[?1l\u{1B}>\u{1B}[0m\u{1B}[?25h\u{1B}7\u{1B}[?1049l"
    }

    private static let crashSignals = [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE]
    /// What a crash writes. The handlers read it.
    nonisolated(unsafe) private static var crashStop: StaticString = ""

    private let use: Use
    private let sink: any ByteSink
    private var isRaw = false
    /// What goes out together at the end of a batch of the loop: a node may send a thousand lines one by one.
    private var unwritten: [UInt8] = []
    private var loop: EventLoop?
    /// nil where the terminal cannot be set.
    init?(_ context: CommandContext, for use: Use) {
        self.use = use
        sink = context.standardOutput
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { return nil }
        var found = termios()
        guard tcgetattr(STDIN_FILENO, &found) == 0 else { return nil }
        let kept = UnsafeMutablePointer<termios>.allocate(capacity: 1)
        kept.initialize(to: found)
        Self.original = kept
        Self.crashStop = use.crashStop
        for signal in Self.crashSignals {
            Glibc.signal(signal) { number in
                if let original = RawTerminal.original { tcsetattr(STDIN_FILENO, TCSANOW, original) }
                let stop = RawTerminal.crashStop
                Glibc.write(STDOUT_FILENO, stop.utf8Start, stop.utf8CodeUnitCount)
                Glibc.signal(number, SIG_DFL)
                raise(number)
            }
        }
        enter()
    }

    deinit {
        restore()
        for signal in Self.crashSignals { Glibc.signal(signal, SIG_DFL) }
        Self.original?.deallocate()
        Self.original = nil
    }

    func enter() {
        guard !isRaw, var settings = Self.original?.pointee else { return }
        isRaw = true
        // Output keeps its line ends: only input is raw.
        settings.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG | IEXTEN)
        settings.c_iflag &= ~tcflag_t(IXON | ICRNL | INLCR | IGNCR | ISTRIP)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
        write("\(use.start)")
    }

    /// Sets what it should be, whatever somebody else has set.
    func enterAgain() {
        isRaw = false
        enter()
    }

    /// - Parameter isHurried: whether the settings change before the terminal has taken what was written.
    func restore(isHurried: Bool = false) {
        guard isRaw, let original = Self.original else { return }
        isRaw = false
        write("\(use.stop)")
        flush()
        // What a terminal has not taken yet, it gets at the end of the command.
        tcsetattr(STDIN_FILENO, isHurried || sink.isBehind ? TCSANOW : TCSADRAIN, original)
    }

    /// From here on what is written may wait until the loop's batch ends.
    func join(_ loop: EventLoop) { self.loop = loop }

    /// Whether the terminal has not taken all that was written.
    var isBehind: Bool { sink.isBehind }

    func write(_ text: String) { write(Array(text.utf8)) }

    func write(_ bytes: [UInt8]) {
        if bytes.isEmpty { return }
        let hasWaiting = !unwritten.isEmpty
        unwritten += bytes
        guard let loop, unwritten.count < 64 << 10 else { return flush() }
        if !hasWaiting { loop.enqueue { [weak self] in self?.flush() } }
    }

    func flush() {
        let bytes = unwritten
        unwritten = []
        if !bytes.isEmpty { _ = sink.write(bytes) }
    }

    var size: (columns: Int, rows: Int) { Self.size }

    /// Of the terminal that is standard output.
    static var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// What was typed; nil when the terminal is gone.
    func read() -> [UInt8]? {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let count = Glibc.read(STDIN_FILENO, &chunk, chunk.count)
        if count > 0 { return Array(chunk[..<count]) }
        return count < 0 && (errno == EINTR || errno == EAGAIN) ? [] : nil
    }

    /// Stops this process until the shell that started it goes on with it.
    func suspend() {
        restore()
        kill(0, SIGTSTP)
        enter()
    }
}
