import Testing

@testable import ErlcluCommands
@testable import ReleaseFiles

/// What a context's `mode` lets through.
@Suite struct ModeTests {
    private static let changing = [
        ["eval", "1"], ["rpc", "m", "f"], ["stop"], ["restart"], ["reboot"], ["nodetool", "-sname", "a@here", "stop"],
    ]

    @Test(arguments: changing)
    func readOnlyRefusesWhatMayChangeTheNode(words: [String]) {
        let trial = CommandTrial()
        trial.targets.mode = .readOnly
        #expect(trial.run(words: words) == (words[0] == "nodetool" ? 1 : 78))
        #expect(trial.standardError.contains("a@here is read-only"))
        #expect(trial.targets.opened.isEmpty)
    }

    @Test(arguments: ["ping", "members", "mesh", "partitions", "links", "status", "pid", "version"])
    func readOnlyLooks(verb: String) {
        let trial = CommandTrial()
        trial.targets.mode = .readOnly
        #expect(trial.run(verb) == 0)
    }

    @Test(arguments: ["stop", "restart", "reboot"])
    func protectedWantsAYes(verb: String) {
        let trial = CommandTrial()
        trial.targets.mode = .protected
        #expect(trial.run(verb) == 78)
        #expect(trial.targets.opened.isEmpty)
        #expect(trial.standardError.contains("--yes"))
        #expect(trial.run(verb, "--yes") == 0)
        #expect(trial.run("eval", "1") == 0)
    }
}
