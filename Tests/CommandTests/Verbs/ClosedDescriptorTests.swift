import ErlcluTestSupport
import Testing

/// Callers may close what every program takes to be open.
@Suite(.waiting) struct ClosedDescriptorTests {
    /// The second output needs an answer to the first, on a connection that must carry nothing else.
    @Test(arguments: [">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"])
    func theConnectionIsNotStandardOutput(closed: String) throws {
        let tool = try NodeTool(try Self.node.get())
        let expression = "io:put_chars(\"pong\\n\"), io:put_chars(user, \"\"), io:put_chars(\"pong\\n\"), ok"
        for command in [tool.shellCommand("eval", "-t", "20s", expression), tool.shellCommand("ping", "-v")] {
            let result = try CommandResult.of("sh", ["-c", "\(command) \(closed)"], environment: tool.environment)
            #expect(result.exitStatus == 0, "\(result.standardError)")
        }
    }

    private static let node = Result { try ErlangNodeFixture() }
}
