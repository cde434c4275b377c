import ErlcluTestSupport
import Foundation
import Testing

/// The steps of the way over SSH, each with its time, and the one that was not got over.
@Suite(.waiting) struct SecureShellStepsTests {
    /// - Returns: whether `text` has all `words` in this order.
    private static func has(_ words: [String], inOrderIn text: String) -> Bool {
        var rest = text[...]
        for word in words {
            guard let found = rest.range(of: word) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }

    @Test(arguments: OTPRelease.available)
    func eachIsShown(release: OTPRelease) throws {
        let daemon = try NodeDaemon(on: try ErlangNodeFixture(release: release))
        let tool = try daemon.tool()
        let result = try tool.run("ping", "-v")
        #expect(result.standardOutput == "pong\n", "\(result.standardError)")
        let steps = [
            "TCP        connecting to 127.0.0.1:\(daemon.port)", "TCP        connected to 127.0.0.1:\(daemon.port)",
            "speaks SSH: SSH-2.0-Erlang", "keys are exchanged",
            "the host key is accepted: ED25519 \(try daemon.fingerprint)",
            "we are let in: as \(NSUserName()) with \(daemon.userKey)", "our expression runs",
            "the node has said its name: \(daemon.node.name)",
        ]
        #expect(Self.has(steps, inOrderIn: result.standardError), "\(result.standardError)")
        let document = try tool.run("doctor", "-o", "json")
        let items =
            try (JSONSerialization.jsonObject(with: Data(document.standardOutput.utf8)) as? [String: Any])?["items"]
            as? [[String: Any]]
        let rungs = try #require(items?.first?["rungs"] as? [[String: Any]], "\(document.standardError)")
        #expect(rungs.count == 9 && rungs.allSatisfy { $0["result"] as? String == "ok" }, "\(rungs)")
        #expect(rungs.allSatisfy { $0["microseconds"] is Int }, "\(rungs)")
        #expect("\(rungs)".contains("SSH-2.0-Erlang"))
    }

    /// Those of a host on the way are told apart from those of the daemon.
    @Test func hostsOnTheWayAreNamed() throws {
        let jump = try OpenSSHServer()
        let daemon = try NodeDaemon(on: try ErlangNodeFixture())
        try jump.directory.write(
            try String(contentsOfFile: "\(daemon.userKey).pub", encoding: .utf8), to: "authorized_keys")
        let home = try TemporaryDirectory()
        let known = try String(contentsOfFile: daemon.knownHosts, encoding: .utf8)
        try home.write(known + "[127.0.0.1]:\(jump.port) \(try jump.hostKey)", to: "known_hosts")
        var tool = try daemon.tool()
        tool.environment["ERLCLU_SSH_CONFIG"] = try home.write(
            """
            UserKnownHostsFile \(home.file("known_hosts"))
            IdentityFile \(daemon.userKey)
            Host 127.0.0.1
                ProxyJump jump
            Host jump
                HostName 127.0.0.1
                Port \(jump.port)
                ProxyJump none
            """, to: "ssh_config")
        tool.environment["XDG_CONFIG_HOME"] = home.path
        tool.options = ["--ssh", "127.0.0.1:\(daemon.port)"]
        let result = try tool.run("ping", "-v")
        let steps = [
            "connecting to 127.0.0.1:\(jump.port)", "127.0.0.1:\(jump.port) speaks SSH: SSH-2.0-OpenSSH",
            "connected to 127.0.0.1:\(daemon.port)", "127.0.0.1:\(daemon.port) speaks SSH: SSH-2.0-Erlang",
        ]
        #expect(result.exitStatus == 0, "\(result.standardError)")
        #expect(Self.has(steps, inOrderIn: result.standardError), "\(result.standardError)")
        // The daemon is not come to where the host before it lets nobody in.
        try jump.directory.write("", to: "authorized_keys")
        let refused = try tool.run("doctor", "-o", "jsonl")
        let line = refused.standardOutput.split(separator: "\n").first { $0.contains("\"result\":\"broken\"") } ?? ""
        #expect(refused.exitStatus == 77 && line.contains("\"rung\":\"tcp\""), "\(refused.standardOutput)")
        #expect(line.contains("127.0.0.1:\(jump.port)"), "\(line)")
    }

    @Test func theOneThatDoesNotComeIsNamed() throws {
        let daemon = try NodeDaemon(on: try ErlangNodeFixture())
        let silent = try ScriptedPeer([.stall])
        let mute = try ScriptedPeer([.send(Array("SSH-2.0-mute\r\n".utf8)), .stall])
        let deaf = try DeafListener()
        for (port, stage) in [(deaf.port, "TCP"), (silent.port, "SSH-BANNER"), (mute.port, "SSH-KEX")] {
            var tool = try daemon.tool()
            // On a machine with much to do the time is over before this step has begun: then it is given twice as much.
            var seconds = 1
            var result: CommandResult
            repeat {
                tool.options = [
                    "--ssh", "127.0.0.1:\(port)", "--timeout", "\(seconds)s", "--known-hosts", daemon.knownHosts,
                ]
                result = try tool.run("ping")
                seconds *= 2
            } while !result.standardError.contains("E-SETUP-TIMEOUT at \(stage)") && seconds <= 64
            #expect(result.exitStatus == 75, "\(result.standardError)")
            #expect(result.standardError.contains("E-SETUP-TIMEOUT at \(stage)"), "\(result.standardError)")
            #expect(
                result.standardError.contains("-v shows each step")
                    && result.standardError.contains("erlclu-ctl doctor --ssh 127.0.0.1:\(port)")
                    && !result.standardError.contains("ssh -v"), "\(result.standardError)")
            var document: CommandResult
            repeat {
                document = try tool.run("ping", "-o", "json")
                tool.options[3] = "\(seconds)s"
                seconds *= 2
            } while !document.standardOutput.contains("\"stage\":\"\(stage)\"") && seconds <= 128
            #expect(document.standardOutput.contains("\"stage\":\"\(stage)\""), "\(document.standardOutput)")
        }
    }
}
