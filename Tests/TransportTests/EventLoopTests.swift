import ByteTransport
import Glibc
import Testing

@Suite struct EventLoopTests {
    let loop = EventLoop()

    @Test func timersFireInOrderAndNotEarly() {
        var fired: [Int] = []
        let start = Instant.now
        for index in [3, 1, 2] {
            loop.schedule(at: start + .milliseconds(index * 5)) {
                #expect(Instant.now >= start + .milliseconds(index * 5))
                fired.append(index)
            }
        }
        #expect(loop.run { fired.count == 3 })
        #expect(fired == [1, 2, 3])
    }

    @Test func timersOfOneInstantFireInTheOrderTheyWereSet() {
        var fired: [Int] = []
        let instant = Instant.now
        for index in 0..<100 { loop.schedule(at: instant) { fired.append(index) } }
        #expect(loop.run { fired.count == 100 })
        #expect(fired == Array(0..<100))
    }

    @Test func aCancelledTimerStaysSilentEvenInItsOwnBatch() {
        var fired: [String] = []
        let instant = Instant.now
        var second: TimerHandle?
        loop.schedule(at: instant) {
            fired.append("first")
            second?.cancel()
        }
        second = loop.schedule(at: instant) { fired.append("second") }
        loop.schedule(at: instant + .milliseconds(1)) { fired.append("third") }
        #expect(loop.run { fired.contains("third") })
        #expect(fired == ["first", "third"])
    }

    @Test func aTimerThatSetsItselfAgainStarvesNobody() throws {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        func again() { loop.schedule(at: .now) { again() } }
        again()
        var readable = false
        let handle = loop.watch(ends[0], for: .read) { _ in readable = true }
        write(ends[1], "x", 1)
        #expect(loop.run { readable })
        handle.cancel()
    }

    @Test func manyCancelledTimersAreForgotten() {
        var last = false
        for index in 0..<20_000 {
            let timer = loop.schedule(at: .now + .seconds(1000 + index)) {}
            timer.cancel()
        }
        loop.schedule(at: .now) { last = true }
        #expect(loop.run { last })
    }

    @Test func theDeadlinePasses() {
        let start = Instant.now
        #expect(!loop.run(until: start + .milliseconds(10)) { false })
        #expect(Instant.now >= start + .milliseconds(10))
    }

    @Test func withNothingToWaitForItEnds() { #expect(!loop.run(until: nil) { false }) }

    @Test func aHandlerMayCancelAnotherOfItsBatch() {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        var handles: [DescriptorHandle] = []
        var calls = 0
        for _ in 0..<2 {
            handles.append(
                loop.watch(ends[0], for: .read) { _ in
                    calls += 1
                    for handle in handles { handle.cancel() }
                })
        }
        write(ends[1], "x", 1)
        _ = loop.run(until: .now + .milliseconds(20)) { false }
        #expect(calls == 1)
    }

    @Test func anEmptyInterestIsNotWokenByAHangUp() {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        var calls = 0
        let handle = loop.watch(ends[0], for: []) { _ in calls += 1 }
        close(ends[1])
        _ = loop.run(until: .now + .milliseconds(10)) { false }
        #expect(calls == 0)
        handle.interest = .read
        #expect(loop.run { calls > 0 })
        handle.cancel()
        close(ends[0])
    }

    @Test func queuedActionsThatQueueMoreLetTheConditionBeSeen() {
        var count = 0
        func more() {
            count += 1
            loop.enqueue { more() }
        }
        loop.enqueue { more() }
        #expect(loop.run { count == 5 })
    }

    /// A signal for this thread only: the test runner's other threads do not block it.
    @Test func aSignalIsDeliveredOnTheLoop() throws {
        var seen: [Int32] = []
        func isBlocked() -> Bool {
            var mask = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &mask)
            return sigismember(&mask, SIGUSR2) == 1
        }
        let before = isBlocked()
        let source = try SignalSource([SIGUSR1, SIGUSR2], on: loop) { seen.append($0) }
        #expect(isBlocked())
        pthread_kill(pthread_self(), SIGUSR2)
        #expect(loop.run { seen == [SIGUSR2] })
        source.cancel()
        #expect(isBlocked() == before)
    }

    /// One hands its signals to another and takes them again: what comes between the two waits, and kills nobody.
    @Test func aSignalBetweenTwoSourcesWaits() throws {
        func isBlocked(_ signal: Int32) -> Bool {
            var mask = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &mask)
            return sigismember(&mask, signal) == 1
        }
        let before = (isBlocked(SIGUSR1), isBlocked(SIGUSR2))
        var (outer, inner): ([Int32], [Int32]) = ([], [])
        let source = try SignalSource([SIGUSR1, SIGUSR2], on: loop) { outer.append($0) }
        source.pause()
        pthread_kill(pthread_self(), SIGUSR1)
        let other = try SignalSource([SIGUSR1], on: loop) { inner.append($0) }
        #expect(loop.run(until: .now + .seconds(5)) { inner == [SIGUSR1] })
        #expect(outer.isEmpty)
        other.cancel()
        #expect(isBlocked(SIGUSR1))
        pthread_kill(pthread_self(), SIGUSR1)
        source.resume()
        #expect(loop.run(until: .now + .seconds(5)) { outer == [SIGUSR1] })
        #expect(inner == [SIGUSR1])
        source.cancel(holding: [SIGUSR2])
        #expect(isBlocked(SIGUSR1) == before.0)
        #expect(isBlocked(SIGUSR2))
        // The thread is the tests'.
        var held = sigset_t()
        sigemptyset(&held)
        sigaddset(&held, SIGUSR2)
        if !before.1 { pthread_sigmask(SIG_UNBLOCK, &held, nil) }
    }
}
