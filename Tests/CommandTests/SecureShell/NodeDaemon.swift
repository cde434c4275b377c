import ErlcluTestSupport
import Foundation

/// An `ssh:daemon` on a node, and what an operator has to reach it.
final class NodeDaemon {
    let node: ErlangNodeFixture
    let port: UInt16
    /// Files of the operator's.
    let userKey: String, knownHosts: String
    private let client: TemporaryDirectory
    private let system: TemporaryDirectory

    /// - Parameters:
    ///   - takesExpressions: whether exec is on.
    ///   - options: more of `ssh:daemon/3`, with commas between.
    init(on node: ErlangNodeFixture, takesExpressions: Bool = true, _ options: String = "") throws {
        self.node = node
        client = try TemporaryDirectory()
        system = try TemporaryDirectory(in: node.release.root.map { "\($0)/tmp" })
        port = try DeadPort.make()
        userKey = client.file("user_key")
        knownHosts = client.file("known_hosts")
        for file in [system.file("ssh_host_ed25519_key"), userKey] {
            try CommandResult.ofSuccessful("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file])
        }
        try system.write(
            try String(contentsOfFile: "\(userKey).pub", encoding: .utf8), to: "authorized_keys")
        try trust(try String(contentsOfFile: system.file("ssh_host_ed25519_key.pub"), encoding: .utf8))
        let directory = node.release.path(seenFromInside: system.path)
        let exec = takesExpressions ? node.release.major >= 29 ? "{exec, erlang_eval}" : "" : "{exec, disabled}"
        let more = [exec, options].filter { !$0.isEmpty }.joined(separator: ", ")
        try node.evaluate(
            """
            {ok, _} = application:ensure_all_started(ssh),
            {ok, _} = ssh:daemon({127, 0, 0, 1}, \(port), [{system_dir, "\(directory)"}, {user_dir, "\(directory)"} | [\(more)]])
            """)
    }

    /// - Parameter key: a line of a `.pub` file, the only one that is known of the daemon.
    func trust(_ key: String) throws { try client.write("[127.0.0.1]:\(port) \(key)\n", to: "known_hosts") }

    /// Nothing is known of it any more.
    func forget() throws { try client.write("", to: "known_hosts") }

    /// The fingerprint of its key, as ssh-keygen shows it.
    var fingerprint: String {
        get throws {
            let words = try CommandResult.ofSuccessful(
                "/usr/bin/ssh-keygen", ["-lf", system.file("ssh_host_ed25519_key.pub")]
            ).standardOutput.split(separator: " ")
            return String(words[1])
        }
    }

    func encryptUserKey(with passphrase: String) throws {
        try CommandResult.ofSuccessful(
            "/usr/bin/ssh-keygen", ["-q", "-p", "-P", "", "-N", passphrase, "-f", userKey])
    }

    /// Nobody is let in any more.
    func takeNoKeys() throws { try system.write("", to: "authorized_keys") }

    /// Another key pair's public part.
    func anotherKey() throws -> String {
        let file = client.file("another_key")
        try CommandResult.ofSuccessful("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file])
        return try String(contentsOfFile: "\(file).pub", encoding: .utf8)
    }

    /// The tool with what an operator has who knows of the daemon, and of nothing else.
    /// - Parameter isNamed: whether the node's name is given.
    func tool(isNamed: Bool = false) throws -> NodeTool {
        var tool = try NodeTool(node)
        tool.company = [self]
        // What this machine has of OpenSSH's is of no interest.
        tool.environment["ERLCLU_SSH_CONFIG"] = "none"
        tool.environment["SSH_AUTH_SOCK"] = .some(nil)
        tool.options =
            (isNamed ? ["-n", node.name] : [])
            + ["--ssh", "127.0.0.1:\(port)", "--identity", userKey, "--known-hosts", knownHosts]
        return tool
    }
}
