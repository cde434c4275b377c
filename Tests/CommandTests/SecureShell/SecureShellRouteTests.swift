import ErlcluTestSupport
import Foundation
import Testing

/// The way to a node's daemon as ssh_config describes it: through another host, or by a program.
@Suite(.waiting) struct SecureShellRouteTests {
    private let jump: OpenSSHServer
    private let daemon: NodeDaemon
    private let home: TemporaryDirectory

    init() throws {
        jump = try OpenSSHServer()
        daemon = try NodeDaemon(on: try ErlangNodeFixture())
        home = try TemporaryDirectory()
        try jump.directory.write(
            try String(contentsOfFile: "\(daemon.userKey).pub", encoding: .utf8), to: "authorized_keys")
    }

    /// - Parameter way: lines of ssh_config(5) for the daemon.
    private func tool(_ way: String, knowsJump: Bool = true) throws -> NodeTool {
        var known = try String(contentsOfFile: daemon.knownHosts, encoding: .utf8)
        if knowsJump { known += "[127.0.0.1]:\(jump.port) \(try jump.hostKey)" }
        try home.write(known, to: "known_hosts")
        let configuration = try home.write(
            """
            IdentityFile \(daemon.userKey)
            UserKnownHostsFile \(home.file("known_hosts"))
            GlobalKnownHostsFile /dev/null
            Host inner
                HostName 127.0.0.1
                Port \(daemon.port)
                \(way)
            Host jump
                HostName 127.0.0.1
                Port \(jump.port)
            """, to: "ssh_config")
        var tool = try daemon.tool()
        tool.environment["ERLCLU_SSH_CONFIG"] = configuration
        tool.environment["XDG_CONFIG_HOME"] = home.path
        tool.options = ["--ssh", "inner"]
        return tool
    }

    @Test func aJumpHostLeadsThere() throws {
        #expect(try tool("ProxyJump jump").run("eval", "1 + 1.").standardOutput == "2\n")
        #expect(eventually { jump.wasLeft } && jump.log.contains("Accepted publickey"), "\(jump.log)")
    }

    @Test func theKeyOfAJumpHostIsJudgedAsWell() throws {
        let result = try tool("ProxyJump jump", knowsJump: false).run("ping")
        #expect(result.exitStatus == 77 && result.standardError.contains("E-SSH-HOSTKEY"), "\(result.standardError)")
        #expect(result.standardError.contains("127.0.0.1:\(jump.port)"), "\(result.standardError)")
        #expect(!jump.log.contains("Accepted publickey"))
    }

    /// What is said of it names it, and not the node behind it.
    @Test func theKeyOfAJumpHostIsItsOwn() throws {
        let way = "ProxyJump jump\nHost *\nStrictHostKeyChecking accept-new"
        let result = try tool(way, knowsJump: false).run("ping")
        let words = "the SSH host key of 127.0.0.1:\(jump.port) was not known and is accepted unseen"
        #expect(result.exitStatus == 0 && result.standardError.contains(words), "\(result.standardError)")
    }

    @Test func aProgramLeadsThere() throws {
        let way = "ProxyCommand bash -c 'exec 3<>/dev/tcp/%h/%p; cat <&3 & exec cat >&3'"
        #expect(try tool(way).run("ping").standardOutput == "pong\n")
        let failed = try tool("ProxyCommand sh -c 'echo %r is not let through >&2; exit 1'").run("ping")
        #expect(failed.exitStatus == 69 && failed.standardError.contains("E-TUNNEL"), "\(failed.standardError)")
        #expect(failed.standardError.contains("\(NSUserName()) is not let through"), "\(failed.standardError)")
    }

    /// What its program prints where the host was to greet us is its own, however it goes on.
    @Test(arguments: [
        "", "exit 3", "exec cat >/dev/null", "head -c 100000 /dev/zero | tr '\\0' x; exec cat >/dev/null",
    ])
    func whatAProgramSaysInThePlaceOfTheHostIsTheReason(end: String) throws {
        let program = try home.write(
            """
            #!/bin/sh
            echo 'no \u{1B}[31mway' >&2
            printf 'HTTP/1.1 403 \\033[31mForbidden\\r\\nServer: tinyproxy\\r\\n\\r\\n'
            \(end)

            """, to: "program", mode: 0o700)
        let tool = try tool("ProxyCommand \(program) %h %p")
        let result = try tool.run("ping", "--timeout", end.hasPrefix("exec") ? "3s" : "60s")
        #expect(result.exitStatus == 69 && result.standardError.contains("E-TUNNEL"), "\(result.standardError)")
        #expect(result.standardError.contains("its program says 'HTTP/1.1 403 "), "\(result.standardError)")
        #expect(result.standardError.contains("no ") && result.standardError.contains("way"), "\(result.standardError)")
        // One that has failed is certain, the others may as well hand on what a host says.
        #expect(result.standardError.contains("or maybe: E-PROTOCOL") == (end != "exit 3"), "\(result.standardError)")
        #expect(!result.standardErrorBytes.contains(0x1B) && result.standardError.count < 2_000)
        let document = try tool.run("ping", "-o", "json", "--timeout", "3s")
        #expect(document.standardOutput.contains("\"code\":\"E-TUNNEL\""), "\(document.standardOutput)")
    }

    /// It ends in order, as it does where the host ends: what it carries is named all the same.
    @Test func aProgramThatSaysNothingIsNamed() throws {
        let result = try tool("ProxyCommand true").run("ping")
        #expect(result.exitStatus == 69 && result.standardError.contains("E-CLOSED"), "\(result.standardError)")
        #expect(result.standardError.contains("the way there is a ProxyCommand"), "\(result.standardError)")
    }

    /// Lines before the greeting are allowed, and what fails behind it is not the program's.
    @Test func aProgramMaySpeakBeforeTheHost() throws {
        let program = try home.write(
            """
            #!/bin/bash
            exec 3<>/dev/tcp/$1/$2
            echo connected
            cat <&3 & exec cat >&3

            """, to: "program", mode: 0o700)
        let way = "ProxyCommand \(program) %h %p"
        #expect(try tool(way).run("ping").standardOutput == "pong\n")
        try daemon.takeNoKeys()
        let result = try tool(way).run("ping")
        #expect(result.exitStatus == 77 && result.standardError.contains("E-SSH-AUTH"), "\(result.standardError)")
    }

    @Test func anAgentHasTheKey() throws {
        let agent = try OpenSSHAgent(daemon.userKey)
        try FileManager.default.removeItem(atPath: daemon.userKey)
        var tool = try tool("")
        tool.environment["SSH_AUTH_SOCK"] = agent.socket
        #expect(try tool.run("ping").standardOutput == "pong\n")
    }
}
