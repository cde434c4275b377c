package import Testing

/// For suites in which a visible erlclud joins nodes: about one joining in thirty stands still in `global`, and why is not
/// known yet. What fails there is a known issue until it is.
///
///     @Suite(.waiting, .standsStillAtTimes) struct VisibleMemberTests {
package struct StandstillTests: SuiteTrait, TestTrait, TestScoping {
    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        await withKnownIssue("a joining of global may stand still", isIntermittent: true) { try await function() }
    }
}

extension Trait where Self == StandstillTests {
    package static var standsStillAtTimes: StandstillTests { StandstillTests() }
}
