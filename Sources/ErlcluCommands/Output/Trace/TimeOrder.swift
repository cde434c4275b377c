/// Puts what is known late into the order of time; what has the same time stays as it came.
struct TimeOrder<Element> {
    /// What is held at once. With more, the older half has to go, and what is older still comes behind it.
    static var limit: Int { 1 << 14 }

    private var held: [(time: Int, element: Element)] = []

    /// - Parameter time: microseconds since the epoch.
    /// - Returns: what waits no longer, in order.
    mutating func add(_ element: Element, at time: Int) -> [Element] {
        held.append((time, element))
        guard held.count >= Self.limit else { return [] }
        sort()
        let old = held.prefix(Self.limit / 2).map(\.element)
        held.removeFirst(old.count)
        return old
    }

    mutating func takeAll() -> [Element] {
        sort()
        defer { held = [] }
        return held.map(\.element)
    }

    /// The standard library's sort is stable, and promises nothing of the kind.
    private mutating func sort() {
        held = held.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }
}
