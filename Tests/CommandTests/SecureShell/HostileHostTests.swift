import ErlcluTestSupport
import Foundation
import Testing

/// Hosts that let us in and then mean no good: a typed error, bounded memory, and the deadline held.
@Suite(.waiting) struct HostileHostTests {
    private typealias Manner = HostileSSHHost.Manner

    private let directory: TemporaryDirectory
    private let key: String

    init() throws {
        directory = try TemporaryDirectory()
        key = directory.file("key")
        try CommandResult.ofSuccessful("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key])
        // Its key is a new one each time.
        try directory.write("Host *\n  StrictHostKeyChecking accept-new\n", to: "config")
    }

    private var environment: [String: String?] {
        NodeTool.scrubbed.merging(
            [
                "HOME": directory.path, "XDG_CONFIG_HOME": directory.path,
                "ERLCLU_SSH_CONFIG": directory.file("config"), "SSH_AUTH_SOCK": nil,
            ]) { $1 }
    }

    private func options(_ host: HostileSSHHost) -> [String] {
        ["--ssh", "ops@127.0.0.1:\(host.port)", "--identity", key]
    }

    /// What it comes to, and how much memory the tool has had: others use as much of this process's.
    private func outcome(
        _ manner: HostileSSHHost.Manner, timeout: String, _ arguments: [String] = ["ping"]
    ) throws -> (result: CommandResult, memory: Int, log: String) {
        let host = try HostileSSHHost(manner)
        let child = try ChildProcess(
            BuiltProduct.tool, arguments + options(host) + ["--timeout", timeout], environment: environment)
        let memory = PeakMemory(of: child)
        let result = try child.wait()
        return (result, memory.bytes, host.log + host.complaints)
    }

    /// It ends by itself: the time is more than enough.
    @Test(arguments: [
        (Manner.disconnectsAtLogin, "E-CLOSED", 69), (.disconnectsAtChannel, "E-CLOSED", 69),
        (.disconnectsAtCommand, "E-CLOSED", 69), (.disconnectsInData, "E-CLOSED", 69),
        (.refusesChannel, "E-SSH-DISABLED", 76), (.refusesCommand, "E-SSH-DISABLED", 76),
        (.sendsWithoutEnd, "E-PROTOCOL", 76), (.sendsLinesWithoutEnd, "E-PROTOCOL", 76),
        (.sendsBeyondWindow, "E-PROTOCOL", 76), (.neverSaysStatus, "E-PROTOCOL", 76),
        (.closesTwice, "E-PROTOCOL", 76), (.exchangesKeys, "E-PROTOCOL", 76),
        // What it asks for waits here, and no more than some thousand answers do.
        (.asksWithoutReading, "E-PROTOCOL", 76),
    ])
    func itIsTold(_ manner: HostileSSHHost.Manner, code: String, status: Int32) throws {
        let (result, memory, log) = try outcome(manner, timeout: "120s")
        #expect(result.exitStatus == status, "\(manner): \(result.standardError)\n\(log)")
        #expect(result.standardError.contains(code), "\(manner): \(result.standardError)")
        #expect(result.standardError.count < 4_000 && !result.standardErrorBytes.contains(0x1B))
        #expect(memory > 0 && memory < 96 << 20, "\(manner): \(memory >> 20) MiB")
    }

    /// The deadline ends it.
    @Test(arguments: [
        Manner.neverAnswersCommand, .complainsWithoutEnd, .asksWithoutEnd, .opensWithoutEnd, .exchangesKeysHalfway,
    ])
    func itsTimeEnds(_ manner: HostileSSHHost.Manner) throws {
        let (result, memory, log) = try outcome(manner, timeout: "3s")
        #expect([69, 75, 76].contains(result.exitStatus), "\(manner): \(result.standardError)\n\(log)")
        #expect(result.standardError.contains("E-"), "\(manner): \(result.standardError)")
        #expect(result.standardError.count < 4_000 && !result.standardErrorBytes.contains(0x1B))
        #expect(memory > 0 && memory < 96 << 20, "\(manner): \(memory >> 20) MiB")
    }

    /// Once it has passed for a node.
    @Test(arguments: [Manner.isBridgeThatSendsWithoutEnd, .isBridgeThatDisconnects])
    func aNodeThatIsNoneIsLeft(_ manner: HostileSSHHost.Manner) throws {
        let (result, memory, log) = try outcome(manner, timeout: "120s", ["eval", "1."])
        #expect([69, 76].contains(result.exitStatus), "\(manner): \(result.standardError)\n\(log)")
        #expect(result.standardError.contains("E-"), "\(manner): \(result.standardError)")
        #expect(!result.standardErrorBytes.contains(0x1B))
        #expect(memory > 0 && memory < 96 << 20, "\(manner): \(memory >> 20) MiB")
    }

    /// A password goes to one hidden question, and to no other.
    @Test(arguments: [Manner.asksTwoThings, .asksOpenly, .asksAgainAndAgain])
    func aPasswordIsForOneHiddenQuestion(_ manner: HostileSSHHost.Manner) throws {
        let file = try directory.write("open sesame\nmore\n", to: "password", mode: 0o600)
        let (result, _, log) = try outcome(manner, timeout: "120s", ["ping", "--ssh-password-file", file])
        #expect(result.exitStatus == 77 && result.standardError.contains("E-SSH-AUTH"), "\(result.standardError)")
        let answers = log.split(separator: "\n").filter { $0.hasPrefix("answers ") }
        let given = answers.filter { $0.contains("open sesame") }
        #expect(given.count == (manner == .asksAgainAndAgain ? 1 : 0), "\(log)")
        // Whoever is to get none gets an empty one, once.
        #expect(answers.count == given.count + 1, "\(log)")
        // Then the other method.
        #expect(log.components(separatedBy: "password open sesame\n").count == 2, "\(log)")
    }

    /// Nothing of a host reaches the terminal raw, and its question says whose it is.
    @Test func itsQuestionIsShortAndHarmless() throws {
        let host = try HostileSSHHost(.asksInManyWords)
        let child = try ChildProcess(
            BuiltProduct.tool, ["ping"] + options(host) + ["--ssh-password", "--timeout", "120s"],
            environment: environment, terminal: TerminalSize(columns: 80, rows: 24))
        let question = "(ops@127.0.0.1:\(host.port)) line"
        for count in 1...3 {
            let isAsked = eventually { child.standardOutput.components(separatedBy: question).count > count }
            #expect(isAsked, "\(child.standardOutput)")
            child.send("secret\n")
        }
        let result = try child.wait()
        #expect(result.exitStatus == 77, "\(result.standardOutput)")
        #expect(result.standardOutput.contains("E-SSH-AUTH") && !result.standardOutput.contains("secret"))
        #expect(!result.standardOutput.contains("\u{1B}[2J") && !result.standardOutput.contains("\u{1B}]0;"))
        #expect(result.standardOutput.count < 6_000)
    }
}
