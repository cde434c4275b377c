/// What callbacks report, in order, for one task that takes it.
@LoopActor
package final class EventQueue<Event> {
    private let limit: Int
    private var events: [Event] = []
    /// Of `events`, how many are taken.
    private var taken = 0
    private let suspension = Suspension()

    /// - Parameter limit: events that may wait.
    package init(limit: Int) { self.limit = limit }

    /// How many wait.
    package var count: Int { events.count - taken }

    /// - Parameter isVital: it counts above the limit, too: an end, say, behind which nothing comes.
    /// - Returns: false where as many wait as may, and the event is dropped.
    @discardableResult
    package func push(_ event: Event, isVital: Bool = false) -> Bool {
        guard isVital || count < limit else { return false }
        events.append(event)
        suspension.wake()
        return true
    }

    /// Takes the next event; waits for one until `deadline` (nil: for ever). One that is there counts before the end of
    /// the time and a cancellation.
    package func next(until deadline: Instant?) async -> Awaited<Event> {
        if let event = pop() { return .value(event) }
        let ending = await suspension.wait(until: deadline)
        if let event = pop() { return .value(event) }
        return ending == .cancelled ? .cancelled : .deadline
    }

    private func pop() -> Event? {
        guard taken < events.count else { return nil }
        let event = events[taken]
        taken += 1
        if taken == events.count {
            events.removeAll(keepingCapacity: events.count <= 64)
            taken = 0
        } else if taken >= 64, taken * 2 > events.count {
            events.removeFirst(taken)
            taken = 0
        }
        return event
    }
}
