import DistributionProtocol
import Testing

@Suite struct DialQueueTests {
    @Test func fewAreDialledAtATimeAndTheOthersInTurn() throws {
        var queue = DialQueue()
        let all = DialQueue.limit + DialQueue.waitingLimit
        func name(_ number: Int) throws -> NodeName { try NodeName("n\(number)@h") }
        for number in 0..<all {
            #expect(queue.add(try name(number)) == (number < DialQueue.limit ? .dial : .wait))
        }
        #expect(queue.add(try name(all)) == .refuse)
        #expect(queue.add(try name(all - 1)) == .wait, "it waits already, and takes no second place")
        for number in DialQueue.limit..<all {
            let next = try name(number)
            #expect(queue.waits(next.name))
            #expect(queue.ended() == next && !queue.waits(next.name))
        }
        // Those that came last are under way.
        for _ in 0..<DialQueue.limit { #expect(queue.ended() == nil) }
        #expect(queue.add(try name(0)) == .dial)
    }
}
