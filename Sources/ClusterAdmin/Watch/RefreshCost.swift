/// What a look at the members costs them, in microseconds, on the average of the last few looks.
package struct RefreshCost: Hashable, Sendable {
    /// The entry looks at itself, and relays what the others see.
    package var entry = 0
    /// Of the other members, the mean.
    package var member = 0
    /// The other member that it costs most.
    package var dearest: String?
    package var dearestCost = 0
    /// How many members there are.
    package var members = 0

    package init() {}
}

/// The mean of about the last eight.
struct RecentMean: Hashable {
    private var value: Double?

    var rounded: Int { Int((value ?? 0).rounded()) }

    mutating func add(_ sample: Int) {
        value = value.map { $0 + (Double(sample) - $0) / 8 } ?? Double(sample)
    }
}
