import Foundation

/// Does both at the same time: what waits for two nodes waits once.
func atOnce<One, Other>(
    _ one: @Sendable () throws -> One, _ other: @Sendable () throws -> Other
) throws -> (One, Other) {
    // Each is written by one thread, and read when both are done.
    nonisolated(unsafe) var first: Result<One, any Error>?
    nonisolated(unsafe) var second: Result<Other, any Error>?
    withoutActuallyEscaping(one) { one in
        withoutActuallyEscaping(other) { other in
            DispatchQueue.concurrentPerform(iterations: 2) { number in
                if number == 0 { first = Result { try one() } } else { second = Result { try other() } }
            }
        }
    }
    guard let first, let second else { throw CancellationError() }
    return (try first.get(), try second.get())
}
