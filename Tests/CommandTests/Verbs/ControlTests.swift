import ErlcluTestSupport
import Testing

/// The verbs that end a node, on throw-away ones.
@Suite(.waiting) struct ControlTests {
    @Test(arguments: OTPRelease.available)
    func stopReturnsWhenTheNodeIsDown(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release, transport: .mutualTLS())
        let result = try NodeTool(node).run("stop")
        #expect(result.standardOutput == "ok\n")
        #expect(result.exitStatus == 0, "\(result.standardError)")
        #expect(eventually { !node.isRunning })
        #expect(try NodeTool(node).run("ping").exitStatus == 69)
    }

    @Test func restartKeepsTheProcess() throws {
        let node = try ErlangNodeFixture()
        let tool = try NodeTool(node)
        let before = try tool.run("pid").standardOutput
        #expect(try tool.run("eval", "persistent_term:put(before_restart, yes)").standardOutput == "ok\n")
        #expect(try tool.run("restart").standardOutput == "ok\n")
        let isBack = try eventually {
            try tool.run("eval", "persistent_term:get(before_restart, gone)").standardOutput == "gone\n"
        }
        #expect(isBack)
        #expect(try tool.run("pid").standardOutput == before)
    }

    @Test func rebootEndsTheProcess() throws {
        let node = try ErlangNodeFixture()
        #expect(try NodeTool(node).run("reboot").standardOutput == "ok\n")
        #expect(eventually { !node.isRunning })
    }
}
