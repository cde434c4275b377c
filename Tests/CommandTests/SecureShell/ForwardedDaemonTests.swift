import ErlcluTestSupport
import Foundation
import Testing

/// `--ssh` through a forward on the loopback address, which leads to one node today and to another one tomorrow: keys are
/// known by the names of nodes, and no option about them is needed.
@Suite(.waiting) struct ForwardedDaemonTests {
    private let meant: NodeDaemon
    private let other: NodeDaemon
    private let forward: PortForwarder
    private let home: TemporaryDirectory
    private let tool: NodeTool

    init() throws {
        meant = try NodeDaemon(on: try ErlangNodeFixture())
        other = try NodeDaemon(on: try ErlangNodeFixture())
        // It would let us in.
        try other.take(meant.userKey)
        forward = try PortForwarder(to: meant.port)
        home = try TemporaryDirectory()
        try home.write(
            try [meant, other].map { "\($0.node.name) \(try $0.hostKey())" }.joined(), to: "erlclu/known_hosts")
        var tool = try meant.tool()
        tool.environment["XDG_CONFIG_HOME"] = home.path
        tool.options = ["--ssh", "127.0.0.1:\(forward.port)", "--identity", meant.userKey]
        self.tool = tool
    }

    private func evaluate(on daemon: NodeDaemon, _ options: String...) throws -> CommandResult {
        try tool.run(["eval", "-n", daemon.node.name] + options + ["node()."])
    }

    @Test func theRightKeyIsTaken() throws {
        let known = try String(contentsOfFile: home.file("erlclu/known_hosts"), encoding: .utf8)
        let messages = try DaemonMessages(of: meant.node)
        let result = try evaluate(on: meant)
        #expect(result.standardOutput == "'\(meant.node.name)'\n", "\(result.standardError)")
        #expect(result.exitStatus == 0 && result.standardError.isEmpty, "\(result.standardError)")
        #expect(forward.connectionCount == 1)
        #expect(try messages.authenticationCount() > 1)
        // Nothing is learned of the port.
        #expect(try String(contentsOfFile: home.file("erlclu/known_hosts"), encoding: .utf8) == known)
    }

    @Test func theKeyOfAnotherNodeIsRefused() throws {
        let messages = try DaemonMessages(of: other.node)
        forward.target = other.port
        let result = try evaluate(on: meant)
        #expect(result.exitStatus == 77 && result.standardOutput.isEmpty, "\(result.standardOutput)")
        for words in [
            "E-SSH-HOSTKEY at SSH-HOSTKEY", "for \(meant.node.name) another one is known", try meant.fingerprint,
            try other.fingerprint, "has this key as that of \(other.node.name)", "name it: -n \(other.node.name)",
        ] {
            #expect(result.standardError.contains(words), "\(result.standardError)")
        }
        #expect(forward.connectionCount == 1)
        #expect(try messages.authenticationCount() == 0)
        // Whoever means that node gets there by the same port.
        let named = try evaluate(on: other)
        #expect(named.standardOutput == "'\(other.node.name)'\n", "\(named.standardError)")
        #expect(try messages.authenticationCount() > 1)
    }
}
