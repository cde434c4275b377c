import ErlcluTestSupport
import Foundation
import Glibc
import Testing

/// However the tool ends, what it started on the node ends with it, long before the node misses a tick.
@Suite(.waiting) struct EndingTests {
    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGKILL], [false, true])
    func signalsEndTheEvaluation(signal: Int32, isSecure: Bool) throws {
        let node = try (isSecure ? Self.secure : Self.plain).get()
        let name = "signal_\(signal)_\(isSecure)"
        let child = try NodeTool(node).start("eval", Self.family(name))
        #expect(child.waitForOutput(containing: "running"))
        child.signal(signal)
        let result = try child.wait()
        #expect(result.status == .signalled(signal) || result.exitStatus == 128 + signal)
        #expect(result.standardOutput == "running\n")
        #expect(result.standardError == "")
        #expect(try eventually { try Self.isGone(name, from: node) })
    }

    @Test(arguments: OTPRelease.available)
    func deathEndsTheEvaluationOnEachRelease(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release, transport: .mutualTLS())
        let before = try node.evaluate("{erlang:ports(), nodes(hidden)}")
        let child = try NodeTool(node).start("eval", Self.family("orphan"))
        #expect(child.waitForOutput(containing: "running"))
        child.signal(SIGKILL)
        #expect(try eventually { try Self.isGone("orphan", from: node) })
        #expect(try eventually { try node.evaluate("{erlang:ports(), nodes(hidden)}") == before })
    }

    /// What a shell sees: 128 and the signal's number.
    @Test func controlCInATerminalEndsBoth() throws {
        let node = try Self.plain.get()
        let tool = try NodeTool(node)
        // The shell gets the signal as well, and would end before it says how the tool ended.
        let screen = try TmuxScreen(
            "trap : INT; \(tool.shellCommand("eval", Self.family("terminal"))); echo status $?.",
            environment: tool.variables)
        defer { screen.stop() }
        #expect(try screen.wait { $0.contains("running") }.satisfied)
        try screen.press("C-c")
        let (text, satisfied) = try screen.wait { $0.contains("status 130.") }
        #expect(satisfied, "\(text)")
        #expect(try eventually { try Self.isGone("terminal", from: node) })
        #expect(!text.contains("erlclu-ctl:"))
    }

    @Test func theDeadlineEndsTheEvaluationToo() throws {
        let node = try Self.plain.get()
        let result = try NodeTool(node).run("eval", "-t", "5s", Self.family("deadline"))
        #expect(result.exitStatus == 75)
        #expect(result.standardOutput == "running\n")
        #expect(result.standardError.contains("E-TIMEOUT"), "\(result.standardError)")
        #expect(try eventually { try Self.isGone("deadline", from: node) })
    }

    private static let plain = Result { try ErlangNodeFixture() }
    private static let secure = Result { try ErlangNodeFixture(transport: .mutualTLS()) }

    /// An evaluation that never ends, with a process linked to it, both registered.
    private static func family(_ name: String) -> String {
        """
        register(\(name), self()),
        spawn_link(fun() -> register(\(name)_child, self()), receive never -> ok end end),
        Wait = fun Wait() -> case whereis(\(name)_child) of undefined -> Wait(); _ -> ok end end,
        Wait(), io:put_chars("running\\n"), receive never -> ok end
        """
    }

    private static func isGone(_ name: String, from node: ErlangNodeFixture) throws -> Bool {
        try node.evaluate("{whereis(\(name)), whereis(\(name)_child)}") == "{undefined,undefined}"
    }
}
