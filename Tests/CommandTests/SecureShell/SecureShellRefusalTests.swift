import ErlcluTestSupport
import Foundation
import Testing

/// Why `--ssh` brings nobody to a node: E-SSH-DISABLED, E-SSH-HOSTKEY, E-SSH-AUTH and their like.
@Suite(.waiting) struct SecureShellRefusalTests {
    private static func expect(
        _ result: CommandResult, _ code: String, status: Int32, _ words: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(result.exitStatus == status, "\(result.standardError)", sourceLocation: sourceLocation)
        for text in [code] + words {
            #expect(result.standardError.contains(text), "\(result.standardError)", sourceLocation: sourceLocation)
        }
    }

    @Test(arguments: OTPRelease.available)
    func execIsSwitchedOff(release: OTPRelease) throws {
        let daemon = try NodeDaemon(on: try ErlangNodeFixture(release: release), takesExpressions: false)
        Self.expect(try daemon.tool().run("ping"), "E-SSH-DISABLED at SSH-EXEC", status: 76, "{exec, erlang_eval}")
    }

    @Test func theHostKeyIsAnotherOne() throws {
        let daemon = try NodeDaemon(on: try ErlangNodeFixture())
        try daemon.trust(try daemon.anotherKey())
        Self.expect(
            try daemon.tool().run("ping"), "E-SSH-HOSTKEY at SSH-HOSTKEY", status: 77, "another one is known",
            try daemon.fingerprint, daemon.knownHosts)
        // What is expected on purpose counts more.
        let expecting = try daemon.tool().run("ping", "--host-key-fingerprint", try daemon.fingerprint)
        #expect(expecting.standardOutput == "pong\n", "\(expecting.standardError)")
    }

    @Test func theHostKeyIsNotKnown() throws {
        let daemon = try NodeDaemon(on: try ErlangNodeFixture())
        try daemon.forget()
        Self.expect(
            try daemon.tool().run("ping"), "E-SSH-HOSTKEY at SSH-HOSTKEY", status: 77, "is not known",
            try daemon.fingerprint)
        let other = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        Self.expect(
            try daemon.tool().run("ping", "--host-key-fingerprint", other), "E-SSH-HOSTKEY at SSH-HOSTKEY", status: 77,
            other,
            try daemon.fingerprint)
    }

    /// On a terminal a person decides, and is asked once.
    @Test func aPersonIsAskedAboutAKeyThatIsNotKnown() throws {
        let daemon = try NodeDaemon(on: try ErlangNodeFixture())
        try daemon.forget()
        try daemon.encryptUserKey(with: "open sesame")
        let tool = try daemon.tool()
        let screen = try TmuxScreen(tool.shellCommand("ping", "--timeout", "3s"), environment: tool.variables)
        defer { screen.stop() }
        let (question, isAsked) = try screen.wait { $0.contains("Accept it from now on") }
        let fingerprint = try daemon.fingerprint
        #expect(isAsked && question.contains(fingerprint), "\(question)")
        try screen.type("yes")
        try screen.press("Enter")
        let (second, isAskedAgain) = try screen.wait { $0.contains("Passphrase for") }
        #expect(isAskedAgain, "\(second)")
        try screen.type("open barley")
        try screen.press("Enter")
        let (third, isAskedOnceMore) = try screen.wait { $0.contains("That passphrase does not open it.") }
        #expect(isAskedOnceMore, "\(third)")
        try screen.type("open sesame")
        try screen.press("Enter")
        let (seen, isThere) = try screen.wait { $0.contains("pong") }
        #expect(isThere && !seen.contains("sesame"), "\(seen)")
        #expect(try String(contentsOfFile: daemon.knownHosts, encoding: .utf8).contains("ssh-ed25519"))
        // In a pipe nobody is asked.
        Self.expect(try tool.run("ping"), "E-SSH-AUTH at SSH-AUTH", status: 77, "nobody is asked for its passphrase")
    }

    @Test func libsshIsNotThere() throws {
        let daemon = try NodeDaemon(on: try ErlangNodeFixture())
        let directory = try TemporaryDirectory()
        // The dynamic linker looks no further when it has found a file that is no library.
        try directory.write("", to: "libssh.so.4")
        var tool = try daemon.tool()
        tool.environment["LD_LIBRARY_PATH"] = directory.path
        Self.expect(
            try tool.run("ping"), "E-CONFIG", status: 78, "libssh cannot be loaded",
            "install the package libssh-4 (Debian), libssh (Fedora) or libssh (Alpine)")
    }

    @Test func noKeyIsAccepted() throws {
        let daemon = try NodeDaemon(on: try ErlangNodeFixture())
        try daemon.takeNoKeys()
        Self.expect(
            try daemon.tool().run("ping"), "E-SSH-AUTH at SSH-AUTH", status: 77, "it refuses", "authorized_keys")
    }

    @Test func nobodyListens() throws {
        let daemon = try NodeDaemon(on: try ErlangNodeFixture())
        var tool = try daemon.tool()
        let known = ["--known-hosts", daemon.knownHosts]
        tool.options = ["--ssh", "127.0.0.1:\(try DeadPort.make())"] + known
        Self.expect(try tool.run("ping"), "E-TCP-REFUSED", status: 69, "connection refused")
        tool.options = ["--ssh", "no.such.host.invalid"] + known
        Self.expect(try tool.run("ping"), "E-DNS", status: 68, "no.such.host.invalid")
    }

    @Test func somebodyListensAndSaysNothing() throws {
        let daemon = try NodeDaemon(on: try ErlangNodeFixture())
        let deaf = try DeafListener()
        var tool = try daemon.tool()
        tool.options = ["--ssh", "127.0.0.1:\(deaf.port)", "--timeout", "1s", "--known-hosts", daemon.knownHosts]
        Self.expect(try tool.run("ping"), "E-SETUP-TIMEOUT", status: 75)
    }

    @Test func anotherNodeAnswers() throws {
        let daemon = try NodeDaemon(on: try ErlangNodeFixture())
        var tool = try daemon.tool()
        tool.options += ["-n", "other@127.0.0.1"]
        Self.expect(try tool.run("ping"), "E-NAME", status: 76, daemon.node.name)
    }
}
