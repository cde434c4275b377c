import ErlcluTestSupport
import Foundation
import Testing

@testable import ClusterAdmin
@testable import ErlcluCommands
@testable import ReleaseFiles

/// `ssh trust` on a terminal, and what it does with its file; real daemons are in `HostKeyTrustTests`.
@Suite struct SecureShellTrustTests {
    private let trial = CommandTrial()
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        trial.environment = ["XDG_CONFIG_HOME": folder.path]
        trial.targets.nodes["a@here"]?.daemons = [daemon(1)]
    }

    private var file: String { folder.file("erlclu/known_hosts") }

    private func bytes(_ number: UInt8) -> [UInt8] {
        [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 32] + [UInt8](repeating: number, count: 32)
    }

    private func daemon(_ number: UInt8) -> SecureShellDaemon {
        SecureShellDaemon(address: "::", port: 10022, systemDirectory: "/keys", keys: [bytes(number)])
    }

    private func answer(_ text: String) -> Int32 {
        (trial.inputIsTerminal, trial.errorIsTerminal) = (true, true)
        trial.input = Array(text.utf8)
        return trial.run("ssh", "trust")
    }

    @Test func aPersonIsAsked() throws {
        #expect(trial.run("ssh", "trust") == 0)
        #expect(trial.standardOutput.contains("[::]:10022"))
        let known = try String(contentsOfFile: file, encoding: .utf8)
        trial.targets.nodes["a@here"]?.daemons = [daemon(2)]
        for (text, status) in [("no\n", 77), ("", 77), ("perhaps\nno\n", 77), ("x\nx\nx\nx\nx\nyes\n", 77)]
            as [(String, Int32)]
        {
            #expect(answer(text) == status, "\(text)")
            #expect(try String(contentsOfFile: file, encoding: .utf8) == known)
        }
        #expect(trial.standardError.contains("Forget what is known and keep the new ones (yes or no)?"))
        #expect(answer("well\nYES\n") == 0)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "a@here \(try #require(HostKey(bytes(2))).text)\n")
    }

    /// Where SSH is a second way, the daemon in question would say itself which key is right.
    @Test func sshIsNoWayToLearn() throws {
        trial.targets.ssh = Sourced(try #require(SecureShellChoice("box:10022")), .fallback)
        #expect(trial.run("ping") == 0)
        #expect(trial.targets.opened.map { $0.secondWay?.value.description } == ["box:10022"])
        #expect(trial.run("ssh", "trust", "-n", "a@here", "-n", "b@here") == 2)
        #expect(trial.targets.opened.dropFirst().map(\.node) == ["a@here", "b@here"])
        #expect(trial.targets.opened.dropFirst().allSatisfy { $0.secondWay == nil && $0.settings.ssh == nil })
    }

    @Test func whatIsLearnedIsAsGoodAsTheNetwork() {
        let words = "the host keys that are learned are as good as the network it goes over"
        #expect(trial.run("ssh", "trust") == 0)
        #expect(trial.standardError.contains("warning: the connection is plain TCP, not TLS: \(words)"))
        trial.errors.bytes = []
        trial.targets.transport = .tls
        #expect(trial.run("ssh", "trust") == 0)
        #expect(!trial.standardError.contains(words))
    }

    /// One question after the other, and a line answers the one that is shown.
    @Test func twoNodesAreAskedAboutInTurn() throws {
        trial.targets.nodes["b@here"] = FakeNode("b@here")
        trial.targets.nodes["b@here"]?.daemons = [daemon(3)]
        let both = ["ssh", "trust", "-n", "a@here", "-n", "b@here"]
        #expect(trial.run(words: both) == 0)
        trial.targets.nodes["a@here"]?.daemons = [daemon(2)]
        trial.targets.nodes["b@here"]?.daemons = [daemon(4)]
        (trial.inputIsTerminal, trial.errorIsTerminal) = (true, true)
        trial.input = Array("what\nyes\nwhat\nno\n".utf8)
        #expect(trial.run(words: both) == 2)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let keys = try [1, 2, 3, 4].map { try #require(HostKey(bytes($0))).text }
        let isKept = keys.map { text.contains($0) }
        #expect(isKept == [false, true, true, false] || isKept == [true, false, false, true], "\(text)")
    }

    /// A line about many hosts is not about a node, so that nothing is said to be forgotten that stays.
    @Test func aPatternIsAboutHosts() throws {
        try FileManager.default.createDirectory(atPath: folder.file("erlclu"), withIntermediateDirectories: true)
        let old = try #require(HostKey(bytes(9))).text
        try folder.write("*here \(old)\n", to: "erlclu/known_hosts")
        #expect(trial.run("ssh", "trust") == 0)
        #expect(!trial.standardOutput.contains("forgotten"))
        let new = try #require(HostKey(bytes(1))).text
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "*here \(old)\na@here \(new)\n")
    }

    /// What another one adds meanwhile is not lost.
    @Test func whoeverWritesTheFileIsAwaited() throws {
        #expect(trial.run("ssh", "trust") == 0)
        let other = open(file, O_WRONLY | O_APPEND | O_CLOEXEC)
        defer { close(other) }
        let isLocked = flock(other, LOCK_EX) == 0
        #expect(isLocked)
        trial.targets.nodes["a@here"]?.daemons = [daemon(2)]
        #expect(trial.run("ssh", "trust", "--yes") == 74)
        #expect(trial.standardError.contains("another process is writing it"))
        flock(other, LOCK_UN)
        #expect(trial.run("ssh", "trust", "--yes") == 0)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "a@here \(try #require(HostKey(bytes(2))).text)\n")
    }

    @Test func linesOfOthersStay() throws {
        try FileManager.default.createDirectory(atPath: folder.file("erlclu"), withIntermediateDirectories: true)
        try folder.write("# mine\nother@here ssh-rsa AAAA", to: "erlclu/known_hosts")
        #expect(trial.run("ssh", "trust") == 0)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.hasPrefix("# mine\nother@here ssh-rsa AAAA\na@here ssh-ed25519 "))
    }

    @Test func aLinkIsNotFollowed() throws {
        try folder.write("", to: "target")
        try FileManager.default.createDirectory(atPath: folder.file("erlclu"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: folder.file("target"))
        #expect(trial.run("ssh", "trust") == 74)
        #expect(trial.standardError.contains("symbolic link"))
        #expect(try String(contentsOfFile: folder.file("target"), encoding: .utf8) == "")
    }

    @Test func optionsOfSSHAreNotForDistribution() {
        let fingerprint = "SHA256:" + String(repeating: "A", count: 43)
        #expect(trial.run("ping", "--identity", "k", "--known-hosts", "f", "--host-key-fingerprint", fingerprint) == 0)
        for name in ["--identity", "--known-hosts", "--host-key-fingerprint"] {
            #expect(trial.standardError.contains("\(name) has no effect: the connection is TCP (default), not SSH"))
        }
        trial.errors.bytes = []
        #expect(trial.run("ssh", "trust", "--known-hosts", folder.file("k")) == 0)
        #expect(!trial.standardError.contains("no effect"))
    }
}
