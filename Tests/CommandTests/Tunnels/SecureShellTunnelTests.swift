import ErlcluTestSupport
import Foundation
import Testing

/// `--via ssh:`, through a real sshd.
@Suite(.waiting) struct SecureShellTunnelTests {
    private let host: SecureShellHost
    private let node: ErlangNodeFixture

    init() throws {
        host = try SecureShellHost()
        node = try ErlangNodeFixture(transport: .mutualTLS())
    }

    private func tool() throws -> NodeTool {
        var tool = try NodeTool(node)
        tool.environment["PATH"] = host.searchPath
        tool.options += ["--via", "ssh:127.0.0.1:\(host.port)"]
        return tool
    }

    @Test func theNodeIsReachedWithAllChecksOn() throws {
        try host.trustItsKey()
        let tool = try tool()
        let result = try tool.run("eval", "{node(), nodes(hidden)}.")
        #expect(result.exitStatus == 0 && result.standardOutput.contains(node.name), "\(result.standardError)")
        let ladder = try tool.run("doctor")
        #expect(ladder.exitStatus == 0 && ladder.standardOutput.contains("through ssh:127.0.0.1:\(host.port)"))
    }

    /// One login carries the connection to epmd and the one to the node.
    @Test func oneLoginIsEnough() throws {
        try host.trustItsKey()
        #expect(try tool().run("ping").standardOutput == "pong\n")
        #expect(host.logins == 1)
    }

    /// However the command ends, and whenever: here the shell outlives it, and with it what tidies up.
    @Test(arguments: ["TERM", "INT", "KILL", "EXIT"]) func nothingOfALoginIsLeft(_ signal: String) throws {
        try host.trustItsKey()
        let runtime = try TemporaryDirectory()
        var tool = try tool()
        tool.environment["XDG_RUNTIME_DIR"] = runtime.path
        let command =
            signal == "EXIT"
            ? tool.shellCommand("ping")
            : "timeout --foreground -s \(signal) 1 \(tool.shellCommand("members", "-w"))"
        let left =
            "for i in $(seq 400); do [ -z \"$(ls \(runtime.path))\" ] && break; sleep 0.05; done; ls \(runtime.path)"
        let result = try CommandResult.of(
            "/bin/bash", ["-c", "\(command) >/dev/null; \(left)"], environment: tool.environment)
        #expect(result.standardOutput.isEmpty, "\(result.standardOutput)\(result.standardError)")
    }

    /// ssh asks for the passphrase before the screen is drawn, and never under it.
    @Test func aPassphraseIsAskedForBeforeTheScreen() throws {
        try host.trustItsKey()
        try host.encryptUserKey(with: "open sesame")
        let tool = try tool()
        // The shell of a terminal may set a path of its own.
        let path = tool.variables["PATH"] ?? ""
        let screen = try TmuxScreen("PATH='\(path)' \(tool.shellCommand("ui"))", environment: tool.variables)
        defer { screen.stop() }
        let (question, isAsked) = try screen.wait { $0.contains("Enter passphrase") }
        #expect(isAsked && !question.contains("LIVE"), "\(question)")
        try screen.type("open sesame")
        try screen.press("Enter")
        let (seen, isLive) = try screen.wait { $0.contains("LIVE") && $0.contains("1 UP") }
        #expect(isLive, "\(seen)")
    }

    @Test func aHostKeyThatIsNotKnownIsRefused() throws {
        let result = try tool().run("ping")
        #expect(result.exitStatus == 69, "\(result.standardError)")
        #expect(result.standardError.contains("Host key verification failed."), "\(result.standardError)")
        #expect(result.standardError.contains("by hand: ssh -p \(host.port) 127.0.0.1"), "\(result.standardError)")
    }

    /// The program of a connection ends in order then; the login does not.
    @Test func aLoginThatEndsIsNamed() throws {
        try host.trustItsKey()
        let watch = try tool().start("members", "-w", "-o", "jsonl")
        #expect(watch.waitForOutput(containing: node.name), "\(watch.standardError)")
        try host.endLogins()
        #expect(watch.waitForOutput(containing: "the tunnel ssh:127.0.0.1", onError: true), "\(watch.standardError)")
        #expect(eventually { host.logins >= 2 })
        watch.signal(SIGINT)
        _ = try watch.wait()
    }

    @Test func aPortThatNobodyListensAtIsNamed() throws {
        try host.trustItsKey()
        let dead = try DeadPort.make()
        let result = try tool().run("ping", "--address", "127.0.0.1:\(dead)")
        #expect(result.exitStatus == 69, "\(result.standardError)")
        #expect(result.standardError.contains("connect failed: Connection refused"), "\(result.standardError)")
        #expect(
            result.standardError.contains("by hand: ssh -p \(host.port) -W '[127.0.0.1]:\(dead)' 127.0.0.1"),
            "\(result.standardError)")
    }
}
