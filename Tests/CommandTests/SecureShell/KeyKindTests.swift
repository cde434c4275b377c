import ErlcluTestSupport
import Foundation
import Testing

/// Keys of each kind, ours and the daemon's, with `ssh:daemon` of each release.
@Suite(.waiting) struct KeyKindTests {
    private static let kinds = ["rsa", "ecdsa", "ed25519"]

    @Test(arguments: OTPRelease.available)
    func eachIsTaken(release: OTPRelease) throws {
        let node = try ErlangNodeFixture(release: release)
        let daemon = try NodeDaemon(on: node, hostKeys: Self.kinds)
        for (own, host) in zip(Self.kinds, ["ecdsa", "ed25519", "rsa"]) {
            // It has others; the one that is known is asked for.
            try daemon.trust(try daemon.hostKey(host))
            let key = try daemon.newKey(own, named: "key_\(own)")
            try daemon.take(key)
            var tool = try daemon.tool()
            let options = ["--ssh", "127.0.0.1:\(daemon.port)", "--known-hosts", daemon.knownHosts]
            tool.options = options + ["--identity", key]
            let fromFile = try tool.run("eval", "-v", "node().")
            #expect(fromFile.standardOutput == "'\(node.name)'\n", "\(own): \(fromFile.standardError)")
            for words in [
                "the host key is accepted: \(host.uppercased()) \(try daemon.fingerprint(of: host))",
                "we are let in: as \(NSUserName()) with \(key)",
            ] {
                #expect(fromFile.standardError.contains(words), "\(own): \(fromFile.standardError)")
            }

            let agent = try OpenSSHAgent(key)
            try FileManager.default.removeItem(atPath: key)
            tool.options = options
            tool.environment["SSH_AUTH_SOCK"] = agent.socket
            let fromAgent = try tool.run("eval", "-v", "node().")
            #expect(fromAgent.standardOutput == "'\(node.name)'\n", "\(own): \(fromAgent.standardError)")
            let words = "we are let in: as \(NSUserName()) with the agent's keys"
            #expect(fromAgent.standardError.contains(words), "\(own): \(fromAgent.standardError)")
        }
    }

    /// A daemon says which signatures with RSA it takes after it has got our keys, and libssh may be quicker.
    @Test func anRSAKeyIsTakenEachTime() throws {
        let daemon = try NodeDaemon(on: try ErlangNodeFixture())
        let key = try daemon.newKey("rsa", named: "key_rsa")
        try daemon.take(key)
        var tool = try daemon.tool()
        tool.options = ["--ssh", "127.0.0.1:\(daemon.port)", "--known-hosts", daemon.knownHosts, "--identity", key]
        for _ in 1...12 {
            let result = try tool.run("ping")
            #expect(result.standardOutput == "pong\n", "\(result.standardError)")
        }
    }

    /// The same daemon, where another kind of its keys is known than the one that is expected of it.
    @Test(arguments: OTPRelease.available)
    func anotherKindIsNoExcuse(release: OTPRelease) throws {
        let daemon = try NodeDaemon(on: try ErlangNodeFixture(release: release), hostKeys: ["rsa", "ecdsa"])
        // Of a kind that it has none of.
        try daemon.trust(try daemon.anotherKey())
        let result = try daemon.tool().run("ping")
        #expect(result.exitStatus == 77 && result.standardError.contains("E-SSH-HOSTKEY"), "\(result.standardError)")
        #expect(result.standardError.contains("another one is known: ED25519"), "\(result.standardError)")
    }
}
