import Foundation
package import Testing

/// For suites whose tests mostly wait for other programs: they run on threads of their own.
///
///     @Suite(.waiting) struct MembersTests {
///
/// Swift's own pool has a thread for each processor, and a test that waits keeps one of them. With two processors two
/// tests would run at a time, and the machine would be idle for half of it. A serialized suite needs one thread at a time.
package struct WaitingTests: SuiteTrait, TestTrait, TestScoping {
    /// Whether the caller runs on one of these threads.
    package static var isOnOneOfTheirThreads: Bool { Thread.current.threadDictionary[mark] != nil }
    // A name is no mark: the one that a thread gives itself is lost while `start` has not returned.
    fileprivate static let mark = "waiting tests"

    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(WaitingThreads.shared) { try await function() }
    }
}

extension Trait where Self == WaitingTests {
    package static var waiting: WaitingTests { WaitingTests() }
}

/// Some threads, and the jobs that wait for one of them. What came last is next: so a serialized suite goes on at once
/// with its next test, and does not stand at the end of the queue after each of them.
private final class WaitingThreads: TaskExecutor, @unchecked Sendable {
    /// More, and nodes become so slow that deadlines pass.
    static let shared = WaitingThreads(count: 3 * ProcessInfo.processInfo.activeProcessorCount)

    private let condition = NSCondition()
    // `condition` guards it.
    private var jobs: [UnownedJob] = []

    init(count: Int) {
        for _ in 0..<count {
            let thread = Thread { [self] in
                Thread.current.threadDictionary[WaitingTests.mark] = true
                while true { next().runSynchronously(on: asUnownedTaskExecutor()) }
            }
            // As the main thread has it: some tests nest deeply.
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        condition.lock()
        jobs.append(job)
        condition.signal()
        condition.unlock()
    }

    private func next() -> UnownedJob {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let job = jobs.popLast() { return job }
            condition.wait()
        }
    }
}
