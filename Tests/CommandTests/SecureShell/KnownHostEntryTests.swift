import ErlcluTestSupport
import Foundation
import Testing

/// Entries of `known_hosts` that are not plain, and a real daemon: those that are hashed, and those that are revoked.
@Suite(.waiting) struct KnownHostEntryTests {
    private let daemon: NodeDaemon
    private let home: TemporaryDirectory

    init() throws {
        daemon = try NodeDaemon(on: try ErlangNodeFixture())
        home = try TemporaryDirectory()
    }

    /// The daemon's name in files of OpenSSH's.
    private var place: String { "[127.0.0.1]:\(daemon.port)" }

    /// - Parameters:
    ///   - own: our file, where names are those of nodes.
    ///   - theirs: OpenSSH's.
    private func tool(own: String = "", theirs: String = "") throws -> NodeTool {
        try home.write(own, to: "erlclu/known_hosts")
        var tool = try daemon.tool()
        tool.environment["XDG_CONFIG_HOME"] = home.path
        tool.environment["ERLCLU_SSH_CONFIG"] = try home.write(
            """
            UserKnownHostsFile \(try home.write(theirs, to: "theirs"))
            GlobalKnownHostsFile /dev/null

            """, to: "ssh_config")
        tool.options = ["--ssh", "127.0.0.1:\(daemon.port)", "--identity", daemon.userKey]
        return tool
    }

    /// The lines with their names hashed by ssh-keygen.
    private func hashed(_ lines: String) throws -> String {
        let file = try home.write(lines, to: "plain")
        try CommandResult.ofSuccessful("/usr/bin/ssh-keygen", ["-q", "-H", "-f", file])
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.hasPrefix("|1|") && !text.contains("127.0.0.1"), "\(text)")
        return text
    }

    private func expectRefusal(
        _ result: CommandResult, _ words: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(result.exitStatus == 77, "\(result.standardError)", sourceLocation: sourceLocation)
        for text in ["E-SSH-HOSTKEY at SSH-HOSTKEY", try daemon.fingerprint, words] {
            #expect(result.standardError.contains(text), "\(result.standardError)", sourceLocation: sourceLocation)
        }
    }

    @Test func hashedNamesAreFound() throws {
        let (right, wrong) = (try daemon.hostKey(), try daemon.anotherKey())
        let noise = "elsewhere.example.org \(wrong)"
        let known = try tool(theirs: try hashed("\(noise)\(place) \(right)")).run("ping")
        #expect(known.standardOutput == "pong\n", "\(known.standardError)")
        let changed = try tool(theirs: try hashed("\(noise)\(place) \(wrong)")).run("ping")
        try expectRefusal(changed, "for \(place) another one is known")
        #expect(changed.standardError.contains("\(home.file("theirs")):2"), "\(changed.standardError)")
        // The name of a node, which counts before that of the place.
        let name = daemon.node.name
        let others = "\(place) \(wrong)"
        let node = try tool(own: try hashed("\(name) \(right)"), theirs: others).run("ping", "-n", name)
        #expect(node.standardOutput == "pong\n", "\(node.standardError)")
        let other = try tool(own: try hashed("\(name) \(wrong)"), theirs: "\(place) \(right)").run("ping", "-n", name)
        try expectRefusal(other, "for \(name) another one is known")
    }

    /// Whatever else knows the key, or expects it.
    @Test func revokedKeysAreRefused() throws {
        let (key, name) = (try daemon.hostKey(), daemon.node.name)
        let messages = try DaemonMessages(of: daemon.node)
        let known = "\(name) \(key)"
        for (own, theirs, line) in [
            (known, "@revoked * \(key)", "theirs:1"), (known, "\(place) \(key)@revoked \(place) \(key)", "theirs:2"),
            ("\(known)@revoked \(name) \(key)", "", "erlclu/known_hosts:2"),
        ] {
            let tool = try tool(own: own, theirs: theirs)
            let words = "is revoked (\(home.file(line)))"
            try expectRefusal(try tool.run("ping", "-n", name), words)
            try expectRefusal(
                try tool.run("ping", "-n", name, "--host-key-fingerprint", try daemon.fingerprint), words)
        }
        #expect(try messages.authenticationCount() == 0)
        // Another node's key that is revoked is no reason.
        let result = try tool(own: known, theirs: "@revoked * \(try daemon.anotherKey())").run("ping", "-n", name)
        #expect(result.standardOutput == "pong\n", "\(result.standardError)")
        #expect(try messages.authenticationCount() > 1)
    }
}
