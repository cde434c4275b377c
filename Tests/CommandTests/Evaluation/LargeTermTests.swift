import ErlcluTestSupport
import Testing

/// 5 MB in one answer or one argument, in bounded memory: four times as much in a release. Code that is not optimised
/// keeps every value to the end of its scope.
@Suite(.waiting, .serialized) struct LargeTermTests {
    private static let size = 5_000_000
    /// What a command takes anyhow.
    private static let others = 24 << 20
    #if DEBUG
        private static let memory = 10 * size + others
    #else
        private static let memory = 4 * size + others
    #endif

    @Test(arguments: [false, true])
    func answer(isSecure: Bool) throws {
        let node = try ErlangNodeFixture(transport: isSecure ? .mutualTLS() : .tcp)
        let (result, memory) = try measured(NodeTool(node).start("eval", "binary:copy(<<\"x\">>, \(Self.size))"))
        #expect(result.exitStatus == 0, "\(result.standardError)")
        let text = [UInt8](repeating: UInt8(ascii: "x"), count: Self.size)
        #expect(result.standardOutputBytes == Array("<<\"".utf8) + text + Array("\">>\n".utf8))
        #expect(memory > Self.size && memory < Self.memory, "\(memory)")
    }

    /// Source that is sent as an argument; the node is spared the work of a literal.
    @Test(arguments: [false, true])
    func argument(isSecure: Bool) throws {
        let node = try ErlangNodeFixture(transport: isSecure ? .mutualTLS() : .tcp)
        let source = "ok. %" + String(repeating: "x", count: Self.size)
        let directory = try TemporaryDirectory()
        let file = try directory.write(source, to: "long.erl")
        let (result, memory) = try measured(NodeTool(node).start("eval", "-f", file))
        #expect(result.standardOutput == "ok\n", "\(result.standardError)")
        #expect(memory > Self.size && memory < Self.memory, "\(memory)")
    }

    private func measured(_ child: ChildProcess) throws -> (result: CommandResult, memory: Int) {
        let memory = PeakMemory(of: child)
        child.closeInput()
        return (try child.wait(within: 120), memory.bytes)
    }
}
