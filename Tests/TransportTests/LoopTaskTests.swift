import ErlcluTestSupport
import Glibc
import Testing

@testable import ByteTransport

@Suite struct LoopTaskTests {
    private enum Refusal: Error { case refused }

    let loop = EventLoop()

    /// Calls back when the loop runs again, as what is below tasks does.
    private static func later(_ action: @escaping () -> Void) { CurrentLoop.required.enqueue(action) }

    @Test func runGivesTheValueOfItsTask() {
        let sum = loop.run { @LoopActor () async -> Int in
            let promise = Promise<Int>()
            Self.later { promise.fulfil(20) }
            guard case .value(let value) = await promise.value(until: nil) else { return 0 }
            return value + 22
        }
        #expect(sum == 42)
    }

    @Test func runThrowsWhatItsTaskThrows() {
        #expect(throws: Refusal.refused) {
            try loop.run { @LoopActor () async throws(Refusal) -> Void in
                await sleep(for: .milliseconds(1))
                throw .refused
            }
        }
    }

    /// The default pool would begin threads, which cost a start more than everything else.
    @Test func tasksStayOnTheThreadOfTheirLoop() {
        let here = pthread_self()
        let threads = loop.run { @LoopActor () async -> [pthread_t] in
            var found: [pthread_t] = []
            await atOnce([1, 2, 3]) { number -> pthread_t in
                await sleep(for: .milliseconds(number))
                return pthread_self()
            } take: { _, thread in
                found += [thread, pthread_self()]
            }
            return found
        }
        #expect(threads.count == 6 && threads.allSatisfy { $0 == here })
    }

    @Test func loopsOfSeveralThreadsDoNotMeet() async {
        await withTaskGroup(of: Int.self) { group in
            for number in 0..<4 {
                group.addTask {
                    EventLoop().run { @LoopActor () async -> Int in
                        let queue = EventQueue<Int>(limit: 1)
                        for step in 0..<50 {
                            Self.later { queue.push(step) }
                            guard case .value(step) = await queue.next(until: nil) else { return -1 }
                        }
                        return number
                    }
                }
            }
            var sum = 0
            for await number in group { sum += number }
            #expect(sum == 6)
        }
    }

    @Test func aPromiseEndsWithTheTime() {
        let start = Instant.now
        let isLate = loop.run { @LoopActor () async -> Bool in
            if case .deadline = await Promise<Int>().value(until: .now + .milliseconds(20)) { true } else { false }
        }
        #expect(isLate && start.duration(to: .now) >= .milliseconds(20))
    }

    @Test func theFirstValueOfAPromiseCounts() {
        let value = loop.run { @LoopActor () async -> Int? in
            let promise = Promise<Int>()
            promise.fulfil(1)
            promise.fulfil(2)
            // Also behind the deadline.
            guard case .value(let value) = await promise.value(until: Instant(nanoseconds: 0)) else { return nil }
            return value
        }
        #expect(value == 1)
    }

    @Test func cancellingEndsWhatTasksWaitFor() {
        let start = Instant.now
        let endings = loop.run { @LoopActor () async -> [String] in
            await withTaskGroup(of: String.self) { group in
                let sleeper: @LoopActor @Sendable () async -> String = {
                    await sleep(until: .now + .seconds(60)) ? "slept" : "sleep"
                }
                let waiter: @LoopActor @Sendable () async -> String = {
                    if case .cancelled = await Promise<Int>().value(until: .now + .seconds(60)) {
                        "promise"
                    } else {
                        ""
                    }
                }
                let taker: @LoopActor @Sendable () async -> String = {
                    if case .cancelled = await EventQueue<Int>(limit: 1).next(until: nil) { "queue" } else { "" }
                }
                for child in [sleeper, waiter, taker] { group.addTask(operation: child) }
                await sleep(for: .milliseconds(5))
                group.cancelAll()
                var endings: [String] = []
                for await ending in group { endings.append(ending) }
                return endings.sorted()
            }
        }
        #expect(endings == ["promise", "queue", "sleep"])
        #expect(start.duration(to: .now) < .seconds(30))
    }

    @Test func aTaskThatIsCancelledDoesNotBeginToWait() {
        let hasWaited = loop.run { @LoopActor () async -> Bool in
            await withTaskGroup(of: Bool.self) { group in
                let child: @LoopActor @Sendable () async -> Bool = { await sleep(until: .now + .seconds(60)) }
                group.cancelAll()
                group.addTask(operation: child)
                return await group.next() ?? true
            }
        }
        #expect(!hasWaited)
    }

    @Test func aQueueKeepsTheOrderAndItsLimit() {
        let (kept, taken) = loop.run { @LoopActor () async -> ([Bool], [Int]) in
            let queue = EventQueue<Int>(limit: 100)
            let kept = (0..<101).map { queue.push($0) }
            var taken: [Int] = []
            while case .value(let event) = await queue.next(until: Instant(nanoseconds: 0)) {
                taken.append(event)
                if event == 70 { queue.push(101) }
            }
            return (kept, taken)
        }
        #expect(kept == Array(repeating: true, count: 100) + [false])
        #expect(taken == Array(0..<100) + [101])
    }
}
