import Glibc

/// Keeps signals waiting while something is done that they must not cut off. They do what they did before from
/// `release` on, or from the end of this object; those that were taken are gone.
final class HeldSignals {
    private var held = sigset_t()
    private var previous = sigset_t()
    private var isHolding = true

    init(_ signals: [Int32]) {
        sigemptyset(&held)
        for signal in signals { sigaddset(&held, signal) }
        pthread_sigmask(SIG_BLOCK, &held, &previous)
    }

    deinit { release() }

    /// One that has come since, by its number; nil when none has.
    func take() -> Int32? {
        guard isHolding else { return nil }
        var now = timespec()
        let signal = sigtimedwait(&held, nil, &now)
        return signal > 0 ? signal : nil
    }

    func release() {
        if !isHolding { return }
        isHolding = false
        pthread_sigmask(SIG_SETMASK, &previous, nil)
    }
}
