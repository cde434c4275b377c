import ErlcluTestSupport
import Foundation
import Testing

/// Passwords, which are tried only where somebody asks for that.
@Suite(.waiting) struct SecureShellPasswordTests {
    private static let users = #"{user_passwords, [{"ops", "open sesame"}]}"#

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func file(_ password: String) throws -> String {
        try directory.write("\(password)\nanother line\n", to: "password", mode: 0o600)
    }

    /// With no key that the daemon knows.
    private func tool(_ daemon: NodeDaemon, user: String = "ops") throws -> NodeTool {
        var tool = try daemon.tool()
        tool.environment["HOME"] = directory.path
        tool.options = ["--ssh", "\(user)@127.0.0.1:\(daemon.port)", "--known-hosts", daemon.knownHosts]
        return tool
    }

    @Test(arguments: OTPRelease.available, ["password", "keyboard-interactive"])
    func eitherMethodLetsUsIn(release: OTPRelease, method: String) throws {
        let daemon = try NodeDaemon(
            on: try ErlangNodeFixture(release: release), #"{auth_methods, "\#(method)"}, "# + Self.users)
        let tool = try tool(daemon)
        let result = try tool.run("eval", "1 + 1.", "--ssh-password-file", try file("open sesame"))
        #expect(result.standardOutput == "2\n", "\(result.standardError)")
        let refused = try tool.run("ping", "--ssh-password-file", try file("wrong"))
        #expect(refused.exitStatus == 77 && refused.standardError.contains("it refuses the password"))
        #expect(refused.standardError.contains("E-SSH-AUTH") && refused.standardError.contains(method))
        #expect(!refused.standardError.contains("wrong"), "\(refused.standardError)")
        // Nobody has asked for it.
        let unasked = try tool.run("ping")
        #expect(unasked.exitStatus == 77 && unasked.standardError.contains("(--ssh-password)"))
        #expect(unasked.standardError.contains(method), "\(unasked.standardError)")
    }

    @Test func itIsSaidWhereItComesFrom() throws {
        let daemon = try NodeDaemon(on: try ErlangNodeFixture(), Self.users)
        var tool = try tool(daemon)
        tool.environment["ERLCLU_SSH_PASSWORD_FILE"] = try file("open sesame")
        #expect(try tool.run("ping").standardOutput == "pong\n")
        let view = try tool.run("config", "view")
        #expect(view.standardOutput.contains("ssh_password") && !view.standardOutput.contains("sesame"))
        #expect(view.standardOutput.contains("ERLCLU_SSH_PASSWORD_FILE"), "\(view.standardOutput)")
        let password = try file("open sesame")
        chmod(password, 0o644)
        let open = try tool.run("ping")
        #expect(open.exitStatus == 78 && open.standardError.contains("chmod 600"), "\(open.standardError)")
    }

    /// A person has three tries, sees nothing of them, and a pipe is never asked.
    @Test func aPersonIsAsked() throws {
        let daemon = try NodeDaemon(on: try ErlangNodeFixture(), #"{auth_methods, "password"}, "# + Self.users)
        let tool = try tool(daemon)
        let piped = try tool.run("ping", "--ssh-password")
        #expect(piped.exitStatus == 77 && piped.standardError.contains("nobody gives one"), "\(piped.standardError)")
        for (answers, end) in [(["wrong", "open sesame"], "pong"), (["wrong", "wrong", "wrong"], "E-SSH-AUTH")] {
            let screen = try TmuxScreen(tool.shellCommand("ping", "--ssh-password"), environment: tool.variables)
            defer { screen.stop() }
            for (index, answer) in answers.enumerated() {
                let (seen, isAsked) = try screen.wait {
                    $0.components(separatedBy: "Password of ops@127.0.0.1:\(daemon.port): ").count == index + 2
                        || $0.components(separatedBy: "Password of ops@127.0.0.1:\(daemon.port):").count == index + 2
                }
                #expect(isAsked, "\(seen)")
                try screen.type(answer)
                try screen.press("Enter")
            }
            let (seen, isThere) = try screen.wait { $0.contains(end) }
            #expect(isThere && !seen.contains("sesame") && !seen.contains("wrong"), "\(seen)")
        }
    }

    /// A daemon that takes every method ends the connection where its question is left open.
    @Test(arguments: OTPRelease.available)
    func aWrongPasswordIsRefusedByEachMethod(release: OTPRelease) throws {
        let daemon = try NodeDaemon(on: try ErlangNodeFixture(release: release), Self.users)
        let refused = try tool(daemon).run("ping", "--ssh-password-file", try file("wrong"))
        #expect(refused.exitStatus == 77, "\(refused.standardError)")
        #expect(refused.standardError.contains("E-SSH-AUTH"), "\(refused.standardError)")
        #expect(refused.standardError.contains("it refuses the password"), "\(refused.standardError)")
    }

    /// The console lends the terminal for the question, and has it back then.
    @Test func aConsoleIsOpenedByAPassword() throws {
        let daemon = try NodeDaemon(on: try ErlangNodeFixture(), #"{auth_methods, "password"}, "# + Self.users)
        let tool = try tool(daemon)
        let screen = try TmuxScreen(
            tool.shellCommand("remote_console", "--ssh-password"), environment: tool.variables)
        defer { screen.stop() }
        func expect(_ words: String) throws {
            let (seen, isThere) = try screen.wait { $0.contains(words) }
            #expect(isThere, "\(words): \(seen)")
        }
        try expect("Password of ops@127.0.0.1:")
        try screen.type("open sesame")
        try screen.press("Enter")
        try expect(")1>")
        try screen.type("{sum, 40 + 2}.")
        try screen.press("Enter")
        try expect("{sum,42}")
        try screen.press("C-d")
        #expect(try eventually { try screen.exitStatus() == 0 })
        #expect(try !screen.capture().contains("sesame"))
    }

    /// A console of the dashboard has a connection of its own, for which nobody is asked again.
    @Test(arguments: ["password", "keyboard-interactive"]) func whatWasTypedOnceIsEnough(method: String) throws {
        let daemon = try NodeDaemon(
            on: try ErlangNodeFixture(), #"{auth_methods, "\#(method)"}, "# + Self.users)
        let tool = try tool(daemon)
        let screen = try TmuxScreen(
            tool.shellCommand("ui", "--ssh-password"), size: TerminalSize(columns: 110, rows: 30),
            environment: tool.variables)
        defer { screen.stop() }
        func expect(_ words: String) throws {
            let (seen, isThere) = try screen.wait { $0.contains(words) }
            #expect(isThere, "\(words): \(seen)")
        }
        try expect("ops@127.0.0.1:\(daemon.port)")
        try screen.type("open sesame")
        try screen.press("Enter")
        for _ in 0..<2 {
            try expect("LIVE")
            try screen.press("c")
            try expect(")1>")
            try screen.press("C-d")
        }
        try expect("LIVE")
    }

    /// What `ssh_config` says of methods holds for us.
    @Test func settingsOfOpenSSHCount() throws {
        let daemon = try NodeDaemon(on: try ErlangNodeFixture(), Self.users)
        var tool = try tool(daemon)
        tool.options += ["--ssh-password-file", try file("open sesame")]
        for (lines, isLetIn) in [
            ("PreferredAuthentications password", true), ("PasswordAuthentication no", true),
            ("PasswordAuthentication no\nKbdInteractiveAuthentication no", false),
            ("PreferredAuthentications publickey", false), ("NumberOfPasswordPrompts 0", false),
        ] {
            tool.environment["ERLCLU_SSH_CONFIG"] = try directory.write(lines, to: "config")
            let result = try tool.run("ping")
            #expect((result.standardOutput == "pong\n") == isLetIn, "\(lines): \(result.standardError)")
        }
        tool.environment["ERLCLU_SSH_CONFIG"] = try directory.write("Ciphers aes192-ctr,unheard-of", to: "config")
        let traced = try tool.run("ping", "-v")
        #expect(traced.exitStatus == 0 && traced.standardError.contains("Ciphers without unheard-of"))
        let view = try tool.run("config", "view")
        #expect(view.standardOutput.contains("aes192-ctr (not known here: unheard-of)"), "\(view.standardOutput)")
        tool.environment["ERLCLU_SSH_CONFIG"] = try directory.write("Ciphers unheard-of", to: "config")
        let none = try tool.run("ping")
        #expect(none.exitStatus == 78 && none.standardError.contains("Ciphers leaves none"), "\(none.standardError)")
    }
}
