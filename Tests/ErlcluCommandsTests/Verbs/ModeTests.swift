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

    private static let ending = [
        ["eval", "q()."], ["eval", "init:stop()."], ["eval", "--lang", "elixir", "System.halt()"],
        ["rpc", "init", "stop"],
        ["rpc", "erlang", "apply", "[init, stop, []]"], ["nodetool", "-sname", "a@here", "stop"],
        ["nodetool", "-sname", "a@here", "rpc", "init", "restart"],
        ["nodetool", "-sname", "a@here", "eval", "erlang:halt()."], ["erl_call", "-n", "a@here", "-q"],
        ["erl_call", "-n", "a@here", "-a", "init stop []"], ["eval", "-n", "a@here", "-n", "b@here", "halt()"],
        ["erl_call", "-n", "a@here", "-e"],
    ]

    /// What ends the node by another verb wants the same word, before anything is done.
    @Test(arguments: ending) func protectedWantsAYesForAllThatEndsTheNode(words: [String]) throws {
        let trial = CommandTrial()
        trial.targets.mode = .protected
        trial.input = Array("init:stop().".utf8)
        let node = try #require(trial.targets.nodes["a@here"])
        func isUntouched() -> Bool { node.evaluated.isEmpty && node.called.isEmpty && node.controls.isEmpty }
        let isScript = ["nodetool", "erl_call"].contains(words[0])
        #expect(trial.run(words: words) == (isScript ? 1 : 78))
        let isSeveral = words.contains("b@here")
        let subject = isSeveral ? "a@here, b@here are protected" : "a@here is protected"
        #expect(
            trial.standardError.contains(subject) && trial.standardError.contains("--yes"), "\(trial.standardError)")
        #expect(isUntouched())
        #expect(
            trial.run(words: [words[0], "--yes"] + words.dropFirst()) == (isSeveral ? 2 : 0), "\(trial.standardError)")
        #expect(!isUntouched())
    }

    /// On a terminal a person says so.
    @Test(arguments: [("yes\n", true), ("what\na@here\n", true), ("no\n", false), ("", false)])
    func aPersonIsAsked(typed: String, isDone: Bool) throws {
        for words in [["eval", "q()."], ["stop"]] {
            let trial = CommandTrial()
            trial.targets.mode = .protected
            (trial.inputIsTerminal, trial.errorIsTerminal) = (true, true)
            trial.input = Array(typed.utf8)
            #expect(trial.run(words: words) == (isDone ? 0 : 78), "\(trial.standardError)")
            #expect(
                trial.standardError.contains("a@here is protected") && trial.standardError.contains("Do it (yes, no"))
            let node = try #require(trial.targets.nodes["a@here"])
            #expect((node.evaluated.count + node.controls.count > 0) == isDone)
        }
    }

    /// Elsewhere nobody is asked, nor about what ends nothing.
    @Test func whatEndsNothingIsNotAskedAbout() {
        for (mode, words) in [(AccessMode.readWrite, ["eval", "q()."]), (.protected, ["rpc", "init", "get_status"])] {
            let trial = CommandTrial()
            trial.targets.mode = mode
            (trial.inputIsTerminal, trial.errorIsTerminal) = (true, true)
            #expect(trial.run(words: words) == 0 && !trial.standardError.contains("protected"))
        }
    }
}
