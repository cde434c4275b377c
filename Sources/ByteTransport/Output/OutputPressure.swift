/// Whether output is produced faster than its readers take it. Then links read nothing, and their nodes wait before they
/// send more; ticks, timers and signals go on.
package final class OutputPressure {
    fileprivate final class Observer {
        var action: (() -> Void)?
        init(_ action: @escaping () -> Void) { self.action = action }
    }

    /// Ends the observation that it stands for. Idempotent.
    package struct Handle {
        fileprivate let observer: Observer

        package func cancel() { observer.action = nil }
    }

    private var observers: [Observer] = []
    private var fullStreams = 0

    /// Whether any output stream is full.
    package var isHigh: Bool { fullStreams > 0 }

    /// Calls `action` whenever `isHigh` has changed.
    package func observe(_ action: @escaping () -> Void) -> Handle {
        let observer = Observer(action)
        observers.removeAll { $0.action == nil }
        observers.append(observer)
        return Handle(observer: observer)
    }

    func streamIsFull() {
        fullStreams += 1
        if fullStreams == 1 { report() }
    }

    func streamHasRoom() {
        fullStreams -= 1
        if fullStreams == 0 { report() }
    }

    private func report() {
        for observer in observers { observer.action?() }
    }
}
