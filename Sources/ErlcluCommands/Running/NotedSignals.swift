import Glibc

/// Notes a signal instead of dying of it, so that what was begun can be ended in order. The same one again ends the
/// process: nobody has to wait for a reader that takes nothing. What was ignored before stays so (`command &`).
///
/// There is one at a time, as signals are the process's.
final class NotedSignals {
    /// The handler's; 0 for none yet.
    nonisolated(unsafe) private static var noted: sig_atomic_t = 0

    private var previous: [(signal: Int32, action: sigaction)] = []

    init(_ signals: [Int32]) {
        Self.noted = 0
        for signal in signals {
            var (own, before) = (sigaction(), sigaction())
            own.__sigaction_handler.sa_handler = { @Sendable number in NotedSignals.noted = number }
            // Not SA_RESTART: whoever waits is to look.
            own.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
            guard sigaction(signal, nil, &before) == 0, !Self.isIgnored(before) else { continue }
            if sigaction(signal, &own, &before) == 0 { previous.append((signal, before)) }
        }
    }

    /// Both are addresses, of functions or of none, of a pointer's size.
    private static func isIgnored(_ action: sigaction) -> Bool {
        unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    deinit {
        for (signal, var action) in previous { sigaction(signal, &action, nil) }
    }

    /// The number of the one that has come; nil when none has.
    var arrived: Int32? { Self.noted == 0 ? nil : Self.noted }
}
