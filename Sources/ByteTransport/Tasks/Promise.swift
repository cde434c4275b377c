/// A value that a callback gives once and one task awaits.
@LoopActor
package final class Promise<Value> {
    private var given: Value?
    private let suspension = Suspension()

    package init() {}

    /// Whether the value is there.
    package var isFulfilled: Bool { given != nil }

    /// Gives the value. The first one counts.
    package func fulfil(_ value: Value) {
        guard given == nil else { return }
        given = value
        suspension.wake()
    }

    /// Waits for the value until `deadline` (nil: for ever). A value that is there counts before the end of the time and
    /// a cancellation.
    package func value(until deadline: Instant?) async -> Awaited<Value> {
        if let given { return .value(given) }
        let ending = await suspension.wait(until: deadline)
        if let given { return .value(given) }
        return ending == .cancelled ? .cancelled : .deadline
    }
}
