import ByteTransport
import Glibc
import TerminalCanvas

/// The keys that are pressed on a terminal, an Escape alone among them, until it is cancelled. For a question that is
/// answered with a whole line the terminal is lent, and taken back.
@LoopActor
final class TerminalKeys {
    private let take: () -> [UInt8]?
    private let onKeys: ([Key]) -> Void
    private let onEnd: () -> Void
    private var decoder = KeyDecoder()
    private var watch: DescriptorHandle?
    /// What is lent, and how often it is: a question that hides what is typed is asked by way of one that does not.
    private var terminal: RawTerminal?
    private var loans = 0
    private var escapeTimer: TimerHandle?

    convenience init(_ terminal: RawTerminal, onKeys: @escaping ([Key]) -> Void, onEnd: @escaping () -> Void) {
        self.init(STDIN_FILENO, take: { terminal.read() }, onKeys: onKeys, onEnd: onEnd)
        self.terminal = terminal
    }

    /// - Parameters:
    ///   - descriptor: is readable where there is something to take.
    ///   - take: what has been typed; nil where the terminal is gone.
    ///   - onKeys: is given what was pressed together, which is never nothing.
    ///   - onEnd: is called once, when the terminal is gone.
    init(
        _ descriptor: Int32, take: @escaping () -> [UInt8]?, onKeys: @escaping ([Key]) -> Void,
        onEnd: @escaping () -> Void
    ) {
        self.take = take
        self.onKeys = onKeys
        self.onEnd = onEnd
        watch = LoopActor.loop.watch(descriptor, for: .read) { [weak self] _ in self?.read() }
    }

    func cancel() {
        watch?.cancel()
        escapeTimer?.cancel()
        (watch, escapeTimer, terminal) = (nil, nil, nil)
    }

    /// Takes no key, and gives the terminal back to lines, until `takeBack`.
    func lend() {
        loans += 1
        watch?.interest = []
        terminal?.restore()
    }

    func takeBack() {
        loans -= 1
        guard loans == 0 else { return }
        terminal?.enter()
        watch?.interest = .read
    }

    private func read() {
        guard let bytes = take() else {
            // It is readable for ever.
            cancel()
            return onEnd()
        }
        escapeTimer?.cancel()
        escapeTimer = nil
        let keys = decoder.decode(bytes)
        if decoder.hasLoneEscape {
            escapeTimer = LoopActor.loop.schedule(at: .now + KeyDecoder.escapeTime) { [weak self] in
                if let self, let key = decoder.endEscape() { onKeys([key]) }
            }
        }
        if !keys.isEmpty { onKeys(keys) }
    }
}
