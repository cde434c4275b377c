import ByteTransport
import Diagnosis
import ErlcluTestSupport
import Foundation
import Testing

@testable import ErlcluCommands
@testable import ReleaseFiles

/// What a command makes of the key of an SSH host.
@Suite struct HostKeyJudgeTests {
    private let trial = CommandTrial()
    private let folder: TemporaryDirectory
    private let node = "app@10.0.0.7"

    init() throws { folder = try TemporaryDirectory() }

    private var path: String { folder.file("erlclu/known_hosts") }

    private func bytes(_ number: UInt8) -> [UInt8] {
        [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 32] + [UInt8](repeating: number, count: 32)
    }

    private func key(_ number: UInt8) throws -> HostKey { try #require(HostKey(bytes(number))) }

    /// - Parameter typed: by a person at a terminal; nil without one.
    private func judge(
        _ number: UInt8, typed: String? = nil, node: String?? = .none, _ set: (inout HostKeyPolicy) -> Void = { _ in }
    ) throws -> NodeFailure? {
        (trial.inputIsTerminal, trial.errorIsTerminal) = (typed != nil, typed != nil)
        trial.input = Array((typed ?? "").utf8)
        let loop = EventLoop()
        let command = try trial.command("ping", on: loop)
        // Safe: the loop runs the task on this thread, which waits here until it has ended.
        nonisolated(unsafe) let run = command
        var policy = HostKeyPolicy(
            node: node ?? self.node, place: "localhost:10022", hostNames: ["[localhost]:10022", "localhost"],
            own: try KnownHostsFile.read(path, SystemFiles()), canAsk: run.canAsk)
        set(&policy)
        let key = bytes(number)
        return loop.run { [policy] in await run.judge(key, by: policy, of: "app@10.0.0.7") }
    }

    @Test func aPersonSaysYesOnce() throws {
        #expect(try judge(1, typed: "yes\n") == nil)
        #expect(trial.standardError.contains("It is ED25519, \(try key(1).fingerprint)."))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "\(node) \(try key(1).text)\n")
        // Known from now on, without a terminal too; another one is not.
        #expect(try judge(1) == nil)
        let changed = try #require(try judge(2))
        #expect(changed.code == .sshHostKey)
        let known = "\(try key(1).fingerprint) (\(path):1)"
        #expect(changed.message.contains(known), "\(changed.message)")
        #expect(changed.remedy.text.contains("erlclu-ctl ssh trust \(node)"))
        #expect(changed.remedy.text.contains("ssh-keygen -R \(node) -f \(path)"))
    }

    @Test func aFingerprintIsAnAnswer() throws {
        let other = try #require(try judge(1, typed: "what?\n\(try key(2).fingerprint)\n"))
        #expect(other.code == .sshHostKey && other.stage == .sshHostKey)
        // It is no "no": both are said, and what that means.
        for number in [1, 2] as [UInt8] {
            let fingerprint = try key(number).fingerprint.description
            #expect(other.message.contains(fingerprint), "\(other.message)")
        }
        #expect(other.message.contains("another key's") && other.remedy.text.contains("in between"))
        #expect(trial.standardError.contains("Please type yes, no, or the fingerprint: "))
        #expect(try judge(1, typed: "\(try key(1).fingerprint)\n") == nil)
    }

    @Test func nobodyAnswers() throws {
        for typed in [nil, "", "no\n", "yes"] as [String?] {
            let failure = try #require(try judge(1, typed: typed))
            let fingerprint = try key(1).fingerprint.description
            #expect(failure.code == .sshHostKey && failure.message.contains(fingerprint))
            #expect(failure.remedy.text.contains("--host-key-fingerprint"))
            #expect(!failure.remedy.text.lowercased().contains("stricthostkeychecking"))
            // Only who has said no has not accepted it.
            #expect(failure.message.contains("not accepted") == (typed == "no\n"), "\(failure.message)")
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    /// Two nodes behind one host that nobody knows: its answer counts for both. That of one key is none of another's.
    @Test(arguments: [("yes\n", true), ("no\n", false)])
    func oneAnswerIsEnough(typed: String, isAccepted: Bool) throws {
        (trial.inputIsTerminal, trial.errorIsTerminal) = (true, true)
        trial.input = Array(typed.utf8)
        let loop = EventLoop()
        // Safe: the loop runs the tasks on this thread, which waits here until they have ended.
        nonisolated(unsafe) let run = try trial.command("ping", on: loop)
        let policy = HostKeyPolicy(
            node: nil, place: "jump:22", hostNames: ["jump"], own: try KnownHostsFile.read(path, SystemFiles()),
            canAsk: true)
        let (first, second) = (bytes(1), bytes(2))
        let failures = loop.run { () async -> [NodeFailure?] in
            async let one = run.judge(first, by: policy, of: "jump:22")
            async let two = run.judge(first, by: policy, of: "jump:22")
            let both = await [one, two]
            return both + [await run.judge(second, by: policy, of: "jump:22")]
        }
        #expect(failures.prefix(2).allSatisfy { ($0 == nil) == isAccepted }, "\(failures)")
        #expect(failures[2] != nil)
        #expect(trial.standardError.components(separatedBy: "Accept it from now on").count == 3, "one for each key")
        let lines = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n") ?? []
        #expect(lines.count == (isAccepted ? 1 : 0))
    }

    @Test func theNodeThatAKeyIsKnownByIsNamed() throws {
        try folder.write("\(node) \(try key(1).text)\n", to: "erlclu/known_hosts")
        for typed in [nil, "no\n"] as [String?] {
            let failure = try #require(try judge(1, typed: typed, node: .some(nil)))
            #expect(failure.message.hasSuffix("; \(path) has this key as that of \(node)"), "\(failure.message)")
            #expect(failure.remedy.text.hasPrefix("if that node is meant, name it: -n \(node); else "))
        }
        #expect(trial.standardError.contains("If that is the node, name it: -n \(node)."))
        // Of one that is not known at all nothing of the kind is said.
        let unknown = try #require(try judge(2, node: .some(nil)))
        #expect(!unknown.message.contains("as that of") && !unknown.remedy.text.contains("-n "))
    }

    @Test func acceptNewIsSaidAndKept() throws {
        let acceptNew = { (policy: inout HostKeyPolicy) in
            policy.strictness = Sourced(.acceptNew, .file("/home/amy/.ssh/config", line: 3))
        }
        #expect(try judge(1, acceptNew) == nil)
        #expect(trial.standardError.contains("as accept-new says (file /home/amy/.ssh/config:3): ED25519 SHA256:"))
        #expect(try judge(2, acceptNew)?.code == .sshHostKey)
    }

    /// A name of a host is hashed where the settings say so, and `ssh-keygen` finds it.
    @Test func withoutANodeTheHostIsKept() throws {
        #expect(try judge(1, typed: "yes\n", node: .some(nil)) { $0.hashesNames = true } == nil)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.hasPrefix("|1|"))
        let found = try CommandResult.of("/usr/bin/ssh-keygen", ["-F", "[localhost]:10022", "-f", path])
        let written = try key(1).text
        #expect(found.standardOutput.contains(written))
    }

    @Test func whatCannotBeKeptIsAcceptedAllTheSame() throws {
        try folder.write("", to: "erlclu")
        let failure = try judge(1, typed: "yes\n") {
            $0.own = KnownHostsFile([], path: folder.file("erlclu/known_hosts"))
        }
        #expect(failure == nil)
        #expect(trial.standardError.contains("the host key is not kept: "))
    }
}
