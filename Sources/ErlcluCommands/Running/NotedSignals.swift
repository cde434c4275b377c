import Glibc

/// Notes the first of some signals instead of dying of it, so that what was begun can be ended in order. The second
/// one does what it always did: nobody has to wait for a reader that takes nothing.
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
            if sigaction(signal, &own, &before) == 0 { previous.append((signal, before)) }
        }
    }

    deinit {
        for (signal, var action) in previous { sigaction(signal, &action, nil) }
    }

    /// The number of the one that has come; nil when none has.
    var arrived: Int32? { Self.noted == 0 ? nil : Self.noted }
}
