import ClusterAdmin
import Testing

@testable import ErlcluCommands

@Suite struct JobCommandTests {
    @Test(arguments: [
        ("", JobCommand.back), ("   ", .back), ("c", .connect(nil)), ("c 2", .connect(2)),
        ("  i   13 ", .interrupt(13)),
        ("k", .kill(nil)), ("j", .list), ("q", .quit), ("h", .help), ("?", .help),
        ("s", .start(node: nil, nil)), ("s shell", .start(node: nil, .erlang)),
        ("s 'Elixir.IEx'", .start(node: nil, .elixir)),
        ("r shop@10.0.0.7", .start(node: "shop@10.0.0.7", nil)),
        ("r 'shop@10.0.0.7' iex", .start(node: "shop@10.0.0.7", .elixir)),
        ("r shop erl", .start(node: "shop", .erlang)),
    ])
    func isUnderstood(text: String, command: JobCommand) { #expect(JobCommand(text) == command) }

    @Test(arguments: ["r", "c x", "c 1 2", "c 99999999999999999999", "s bash", "r a b c", "x", "j 1", "''", "q now"])
    func isNotUnderstood(text: String) { #expect(JobCommand(text) == .unknown) }

    /// Each line of the overview begins with a command that is known.
    @Test func theOverviewIsOfCommands() {
        for line in JobCommand.overview.split(separator: "\n") {
            let word = line.split(separator: " ")[0].filter { $0 != "," }
            #expect(JobCommand(word == "r" ? "r n@h" : String(word)) != .unknown, "\(line)")
        }
    }
}
