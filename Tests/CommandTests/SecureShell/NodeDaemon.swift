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
    ///   - hostKeys: the kinds of key that it has; the first is the one that is known.
    ///   - options: more of `ssh:daemon/3`, with commas between.
    init(
        on node: ErlangNodeFixture, takesExpressions: Bool = true, hostKeys: [String] = ["ed25519"],
        _ options: String = ""
    ) throws {
        self.node = node
        client = try TemporaryDirectory()
        system = try TemporaryDirectory(in: node.release.root.map { "\($0)/tmp" })
        port = try DeadPort.make()
        userKey = client.file("user_key")
        knownHosts = client.file("known_hosts")
        for kind in hostKeys { try Self.makeKey(kind, at: system.file("ssh_host_\(kind)_key")) }
        try Self.makeKey("ed25519", at: userKey)
        try take(userKey)
        try trust(try hostKey(hostKeys[0]))
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

    /// The public part of one of its keys, as a line of a `.pub` file.
    func hostKey(_ kind: String = "ed25519") throws -> String {
        try String(contentsOfFile: system.file("ssh_host_\(kind)_key.pub"), encoding: .utf8)
    }

    /// The fingerprint of its key, as ssh-keygen shows it.
    var fingerprint: String { get throws { try fingerprint(of: "ed25519") } }

    func fingerprint(of kind: String) throws -> String {
        let words = try CommandResult.ofSuccessful(
            "/usr/bin/ssh-keygen", ["-lf", system.file("ssh_host_\(kind)_key.pub")]
        ).standardOutput.split(separator: " ")
        return String(words[1])
    }

    func encryptUserKey(with passphrase: String) throws {
        try CommandResult.ofSuccessful(
            "/usr/bin/ssh-keygen", ["-q", "-p", "-P", "", "-N", passphrase, "-f", userKey])
    }

    /// Lets in whoever has a key, and nobody else.
    /// - Parameter key: the path of the private one.
    func take(_ key: String) throws {
        try system.write(try String(contentsOfFile: "\(key).pub", encoding: .utf8), to: "authorized_keys")
    }

    /// Nobody is let in any more.
    func takeNoKeys() throws { try system.write("", to: "authorized_keys") }

    /// Another key pair's public part.
    func anotherKey() throws -> String {
        try String(contentsOfFile: "\(try newKey("ed25519", named: "another_key")).pub", encoding: .utf8)
    }

    /// A key pair of an operator's, whom nobody lets in yet.
    /// - Returns: the path of the private key.
    func newKey(_ kind: String, named name: String) throws -> String {
        let file = client.file(name)
        try Self.makeKey(kind, at: file)
        return file
    }

    private static func makeKey(_ kind: String, at path: String) throws {
        // A larger one takes its time to be made.
        let size = kind == "rsa" ? ["-b", "2048"] : []
        try CommandResult.ofSuccessful("/usr/bin/ssh-keygen", ["-q", "-t", kind, "-N", "", "-f", path] + size)
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
