import Testing

@testable import ErlcluCommands

@Suite struct TimeOrderTests {
    @Test func sortsAndKeepsWhatHasTheSameTime() {
        var order = TimeOrder<String>()
        for (text, time) in [("c", 3), ("a", 1), ("d", 3), ("b", 2), ("e", .max), ("0", .min)] {
            #expect(order.add(text, at: time).isEmpty)
        }
        #expect(order.takeAll() == ["0", "a", "b", "c", "d", "e"])
        #expect(order.takeAll().isEmpty)
    }

    /// Of very many the older half goes first: what is late by less than that is in order all the same.
    @Test func holdsNoMoreThanItMay() {
        var order = TimeOrder<Int>()
        let count = 3 * TimeOrder<Int>.limit
        // Each is late by up to a thousand places.
        let written = (0..<count).flatMap { order.add($0 ^ 1_023, at: $0 ^ 1_023) }
        #expect(written.count > TimeOrder<Int>.limit)
        #expect(written + order.takeAll() == Array(0..<count))
    }
}
