import ByteTransport
import Glibc
import Synchronization
import Testing

/// What other threads post to a loop.
@Suite struct LoopMailboxTests {
    let loop = EventLoop()

    private final class Receiver {}

    @Test func whatThreadsPostIsRunOnTheLoopsThread() throws {
        let mailbox = try loop.mailbox()
        let receiver = Receiver()
        loop.expectPost(for: receiver)
        let own = UInt(pthread_self())
        let box = Counters()
        let threads = (0..<4).map { _ in
            Poster {
                for _ in 0..<1000 {
                    mailbox.post {
                        box.count.withLock { $0 += 1 }
                        if UInt(pthread_self()) != own { box.strangers.withLock { $0 += 1 } }
                    }
                }
            }
        }
        #expect(loop.run(until: .now + .seconds(30)) { box.count.withLock { $0 } == 4000 })
        #expect(box.strangers.withLock { $0 } == 0)
        for thread in threads { thread.join() }
        loop.postArrived(for: receiver)
    }

    /// It is the expected post that keeps a run going, not the mailbox.
    @Test func aRunEndsWhenNoPostIsExpected() throws {
        let mailbox = try loop.mailbox()
        #expect(!loop.run(until: nil) { false })
        let receiver = Receiver()
        loop.expectPost(for: receiver)
        let counters = Counters()
        let thread = Poster { mailbox.post { counters.count.withLock { $0 += 1 } } }
        #expect(loop.run(until: nil) { counters.count.withLock { $0 } == 1 })
        thread.join()
        loop.postArrived(for: receiver)
        #expect(!loop.run(until: nil) { false })
    }

    @Test func whatIsPostedWhileTheLoopDeliversIsDelivered() throws {
        let mailbox = try loop.mailbox()
        let counters = Counters()
        @Sendable func again() {
            let count = counters.count.withLock { count in
                count += 1
                return count
            }
            if count < 100 { mailbox.post { again() } }
        }
        mailbox.post { again() }
        #expect(loop.run(until: .now + .seconds(10)) { counters.count.withLock { $0 } == 100 })
    }
}

private final class Counters: Sendable {
    let count = Mutex(0)
    let strangers = Mutex(0)
}

/// A thread that runs one piece of work.
private final class Poster {
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private var thread = pthread_t()

    init(_ body: @escaping @Sendable () -> Void) {
        let work = Unmanaged.passRetained(Work(body))
        let code = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, work.toOpaque())
        #expect(code == 0)
    }

    func join() { pthread_join(thread, nil) }
}
