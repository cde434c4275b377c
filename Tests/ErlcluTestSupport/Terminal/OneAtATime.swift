import Foundation
package import Testing

/// For suites that use what there is one of in a process, such as ncurses: no two of their tests run at a time, of whatever
/// suite they are. Serialized suites of their own would run beside each other.
///
///     @Suite(.waiting, .serialized, .oneAtATime) struct NcursesScreenTests {
package struct OneAtATime: SuiteTrait, TestTrait, TestScoping {
    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        // A suite or a test with arguments is no body yet: its cases take turns.
        guard testCase != nil else { return try await function() }
        await Turn.shared.take()
        do { try await function() } catch {
            await Turn.shared.give()
            throw error
        }
        await Turn.shared.give()
    }
}

extension Trait where Self == OneAtATime {
    package static var oneAtATime: OneAtATime { OneAtATime() }
}

private actor Turn {
    static let shared = Turn()
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func take() async {
        guard isTaken else { return isTaken = true }
        await withCheckedContinuation { waiting.append($0) }
    }

    func give() {
        guard waiting.isEmpty else { return waiting.removeFirst().resume() }
        isTaken = false
    }
}
