import Foundation
package import Glibc

/// A program on a terminal whose other end tests hold: they say how fast it takes bytes, look at its settings, change its
/// size and close it.
package final class HeldTerminal: @unchecked Sendable {
    package let program: pid_t
    private let ending: ProcessEnding
    private let lock = NSLock()
    // `lock` guards these three.
    private var master: Int32
    private var collected: [UInt8] = []
    private var isRead = true
    /// Our own view of the program's side, for its settings. It is no controlling terminal of ours.
    private let side: Int32
    /// The settings before the program began.
    private let first: termios

    /// - Parameters:
    ///   - bytesPerSecond: what the terminal takes; nil: whatever comes, at once.
    ///   - environment: changes to this process's environment; nil as a value removes the variable.
    package init(
        _ executable: String, _ arguments: [String], environment: [String: String?] = [:],
        size: TerminalSize = TerminalSize(), bytesPerSecond: Int? = nil
    ) throws {
        var variables = ProcessInfo.processInfo.environment
        variables["TERM"] = "xterm-256color"
        for (name, value) in environment { variables[name] = value }
        let pseudo = try PseudoTerminal(size: size)
        side = open(pseudo.slavePath, O_RDWR | O_NOCTTY | O_CLOEXEC)
        var settings = termios()
        guard side >= 0, tcgetattr(side, &settings) == 0 else { throw FixtureFailure("no settings of the terminal") }
        first = settings
        master = pseudo.master
        program = try SpawnedProgram.start(
            executable, arguments, environment: variables, directory: nil, descriptors: [],
            terminal: pseudo.slavePath)
        ending = ProcessEnding(of: program)
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
        Thread.detachNewThread { [weak self] in
            // A terminal takes what it takes in small pieces.
            let piece = bytesPerSecond.map { max(1, $0 / 50) } ?? 65536
            while self?.take(atMost: piece) == true { usleep(bytesPerSecond == nil ? 500 : 20_000) }
        }
    }

    deinit {
        ending.signal(SIGKILL, group: true)
        _ = ending.wait(until: .after(seconds: Deadline.patience))
        closeTerminal()
        close(side)
    }

    private func take(atMost count: Int) -> Bool {
        lock.withLock {
            guard master >= 0 else { return false }
            guard isRead else { return true }
            var piece = [UInt8](repeating: 0, count: count)
            let got = read(master, &piece, count)
            if got > 0 { collected += piece[..<got] }
            return true
        }
    }

    /// What the terminal has taken so far.
    package var output: [UInt8] { lock.withLock { collected } }
    package var text: String { String(decoding: output, as: UTF8.self) }

    /// Takes nothing any more, or goes on.
    package func setReading(_ isRead: Bool) { lock.withLock { self.isRead = isRead } }

    /// Waits until the terminal has taken `text` behind the first `start` bytes.
    package func wait(for text: String, after start: Int = 0, within seconds: Double = Deadline.patience) -> Bool {
        let wanted = Array(text.utf8)
        return eventually(within: seconds) { Array(output.dropFirst(start)).contains(subsequence: wanted) }
    }

    package func send(_ bytes: [UInt8]) {
        lock.withLock { if master >= 0 { _ = write(master, bytes, bytes.count) } }
    }

    package func send(_ text: String) { send(Array(text.utf8)) }

    package func resize(to size: TerminalSize) {
        var window = winsize()
        (window.ws_col, window.ws_row) = (size.columns, size.rows)
        lock.withLock { if master >= 0 { _ = ioctl(master, UInt(TIOCSWINSZ), &window) } }
    }

    package func signal(_ number: Int32) { ending.signal(number, group: false) }

    /// As when a window is closed, or a connection is lost.
    package func closeTerminal() {
        lock.withLock {
            if master >= 0 { close(master) }
            master = -1
        }
    }

    /// How the program has ended; nil while it runs.
    package func end(within seconds: Double = Deadline.patience) -> ProgramEnd? {
        ending.wait(until: .after(seconds: seconds))?.status
    }

    /// Whether lines and echo are those that there were before the program.
    package var hasFirstSettings: Bool {
        var now = termios()
        guard tcgetattr(side, &now) == 0 else { return false }
        return now.c_lflag == first.c_lflag && now.c_iflag == first.c_iflag && now.c_oflag == first.c_oflag
            && now.c_cflag == first.c_cflag
    }

    /// What the bytes have left switched on that a shell does not want: empty for a terminal that is as it was.
    package var leftovers: [String] {
        let text = text
        func last(_ sequence: String) -> String.Index? { text.range(of: sequence, options: .backwards)?.lowerBound }
        let modes = [("1049", "the other screen", true), ("2004", "marked pastes", true), ("25", "the cursor", false)]
        return modes.compactMap { number, name, isOffUsually in
            let (on, off) = (last("\u{1B}[?\(number)h"), last("\u{1B}[?\(number)l"))
            let (wrong, right) = isOffUsually ? (on, off) : (off, on)
            guard let wrong else { return nil }
            return right.map { $0 < wrong } ?? true ? name : nil
        }
    }
}
