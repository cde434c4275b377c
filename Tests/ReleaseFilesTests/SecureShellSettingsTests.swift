import ErlangTerm
import Testing

@testable import ReleaseFiles

/// `--ssh` and its like, and which way is taken.
@Suite struct SecureShellSettingsTests {
    private func resolve(
        _ files: [String: String] = [:], _ environment: [String: String] = [:],
        _ set: (inout SettingsFlags) -> Void = { _ in }
    ) throws -> NodeSettings {
        var flags = SettingsFlags()
        set(&flags)
        let environment = environment.merging(["HOME": "/home/u"]) { given, _ in given }
        return try SettingsResolver(
            flags: flags, environment: environment, files: MemoryFiles(files), hostName: "box.example.org"
        ).resolve()
    }

    /// The daemon tells which node it is of; a context may have both ways.
    @Test func secureShell() throws {
        let flag = try resolve { $0.ssh = "ops@box:10022" }
        #expect(flag.transport == Sourced(.ssh, .derived("SSH by flag --ssh")))
        #expect(flag.ssh?.value.destination == "ops@box" && flag.ssh?.value.port == 10022)
        #expect(flag.nodes.value == ["ops@box:10022"] && flag.takesAnyName)
        let variable = try resolve([:], ["ERLCLU_SSH": "box"]) { $0.nodes = ["a@b"] }
        #expect(variable.transport.value == .ssh && variable.nodes.value == ["a@b"] && !variable.takesAnyName)
        let files = [
            "/c": """
            {context, both, [{nodes, [a@b]}, {optfile, "/o"}, {ssh, "box"}]}.
            {context, only, [{nodes, [a@b]}, {ssh, "box"}]}.
            """, "/o": "[{client,[]}].",
        ]
        func context(_ name: String, transport: String? = nil) throws -> NodeSettings {
            try resolve(files) {
                $0.configuration = "/c"
                $0.context = name
                $0.transport = transport
            }
        }
        #expect(try context("both").transport.value == .tls)
        #expect(try context("both", transport: "ssh").transport == Sourced(.ssh, .flag("--transport")))
        #expect(try context("only").transport.value == .ssh)
        #expect(try context("only").ssh?.value.description == "box")
        #expect(try context("only", transport: "tcp").transport.value == .tcp)
        #expect(throws: SettingsError.self) { try resolve { $0.transport = "ssh" } }
        for text in ["", "-oProxyCommand=x", "a b", "box:0", "me@"] {
            #expect(throws: SettingsError.self) { try resolve { $0.ssh = text } }
        }
    }

    private static let fingerprint = "SHA256:" + String(repeating: "A", count: 43)

    /// Options before variables before a context; each list comes from one place.
    @Test func optionsOfSSH() throws {
        let files = [
            "/cfg/c": """
            {context, a, [{nodes, [a@b]}, {ssh, "box"}, {identity, ["k1", "/k2"]}, {known_hosts, "hosts"},
                          {host_key_fingerprint, "\(Self.fingerprint)"}, {ssh_config, none}]}.
            {context, b, [{identity, "~/k"}, {ssh_config, "conf"}]}.
            """
        ]
        func context(_ name: String, _ environment: [String: String] = [:]) throws -> SecureShellOptions {
            try resolve(files, environment) {
                $0.configuration = "/cfg/c"
                $0.context = name
            }.sshOptions
        }
        let found = try context("a")
        let origin = Origin.context("a", file: "/cfg/c", line: 1)
        #expect(found.identities == Sourced(["/cfg/k1", "/k2"], origin))
        #expect(found.knownHosts?.value == "/cfg/hosts" && found.configuration?.value == "none")
        #expect(found.fingerprints?.value.map(\.description) == [Self.fingerprint])
        #expect(found.usualKnownHosts == "/home/u/.config/erlclu/known_hosts")
        #expect(try context("b").identities?.value == ["/home/u/k"])
        #expect(try context("b").configuration?.value == "/cfg/conf")
        let variables = try context(
            "a",
            [
                "ERLCLU_IDENTITY": "/k", "ERLCLU_KNOWN_HOSTS": "/h", "ERLCLU_SSH_CONFIG": "/s",
                "ERLCLU_HOST_KEY_FINGERPRINT": "\(Self.fingerprint)=, \(Self.fingerprint)",
            ])
        #expect(variables.identities == Sourced(["/k"], .environment("ERLCLU_IDENTITY")))
        #expect(variables.knownHosts?.value == "/h" && variables.configuration?.value == "/s")
        #expect(variables.fingerprints?.value.count == 2)
        let typed = try resolve([:], ["ERLCLU_IDENTITY": "/k"]) {
            $0.identities = ["a", "b"]
            $0.knownHosts = "h"
        }.sshOptions
        #expect(typed.identities == Sourced(["a", "b"], .flag("--identity")) && typed.knownHosts?.value == "h")
    }

    @Test func aWrongFingerprintIsRefused() {
        for text in ["", "MD5:aa", "SHA256:short", Self.fingerprint + "A"] {
            #expect(throws: SettingsError.self) { try resolve { $0.hostKeyFingerprints = [text] } }
        }
        let error = #expect(throws: SettingsError.self) { try resolve([:], ["ERLCLU_HOST_KEY_FINGERPRINT": "x"]) }
        #expect(error?.exitStatus == 78 && error?.message.contains("ssh-keygen -lf") == true)
    }

    /// Of the daemon's own settings, where the transport is SSH; a failure there is one of the command.
    @Test func settingsOfOpenSSHAreRead() throws {
        let files = MemoryFiles([
            "/home/amy/.ssh/config": "Host box\n  Port 10022\n  CheckHostIP yes\n", "/other": "Port x",
        ])
        func resolve(_ set: (inout SettingsFlags) -> Void, _ environment: [String: String] = [:]) throws -> NodeSettings
        {
            var flags = SettingsFlags()
            set(&flags)
            return try SettingsResolver(
                flags: flags, environment: environment, files: files, hostName: "desk",
                user: { SecureShellUser(name: "amy", identifier: 7, home: "/home/amy", hostName: "desk") }
            ).resolve()
        }
        let settings = try resolve {
            $0.ssh = "bob@box"
            $0.identities = ["k"]
        }
        let ssh = try #require(settings.secureShell)
        #expect(ssh.port == Sourced(10022, .file("/home/amy/.ssh/config", line: 2)))
        #expect(ssh.user == Sourced("bob", .flag("--ssh")) && ssh.identityFiles.first?.origin == .flag("--identity"))
        #expect(settings.warnings == ["file /home/amy/.ssh/config:3: checkhostip is not honoured"])
        #expect(try resolve { $0.nodes = ["a@b"] }.secureShell == nil)
        #expect(throws: SettingsError.self) { try resolve({ $0.ssh = "box" }, ["ERLCLU_SSH_CONFIG": "/other"]) }
        #expect(throws: SettingsError.self) { try resolve({ $0.ssh = "box" }, ["ERLCLU_SSH_CONFIG": "/none"]) }
    }

    /// SSH is gone on with where both ways are known and nobody has said which is meant.
    @Test func bothWays() throws {
        let files = [
            "/c": """
            {context, tls, [{nodes, [a@b]}, {optfile, "/o"}, {ssh, "box"}]}.
            {context, stated, [{nodes, [a@b]}, {optfile, "/o"}, {ssh, "box"}, {transport, tls}]}.
            {context, cookie, [{nodes, [a@b]}, {cookie, {env, "C"}}, {ssh, "box"}]}.
            {context, only, [{nodes, [a@b]}, {ssh, "box"}]}.
            """, "/o": "[{client,[]}].",
        ]
        func context(_ name: String, _ set: (inout SettingsFlags) -> Void = { _ in }) throws -> NodeSettings {
            try resolve(files, ["C": "secret"]) {
                $0.configuration = "/c"
                $0.context = name
                set(&$0)
            }
        }
        let tls = try context("tls")
        #expect(tls.transport.value == .tls && tls.goesOnOverSSH)
        #expect(tls.overSSH?.transport.value == .ssh && tls.overDistribution == nil)
        #expect(try context("tls") { $0.transport = "auto" }.goesOnOverSSH)
        for transport in ["tls", "tcp", "ssh"] {
            #expect(try !context("tls") { $0.transport = transport }.goesOnOverSSH)
        }
        #expect(try !context("stated").goesOnOverSSH)
        let cookie = try context("cookie")
        #expect(cookie.transport.value == .tcp && cookie.goesOnOverSSH)
        #expect(try context("only").transport.value == .ssh)
        #expect(try context("only").overDistribution == nil)
        // Who types it means it, and distribution is known all the same.
        let typed = try context("tls") {
            $0.ssh = "other"
            $0.setCookie = "c"
        }
        #expect(typed.transport.value == .ssh && !typed.goesOnOverSSH && typed.ssh?.value.description == "other")
        #expect(typed.overDistribution?.transport.value == .tls && typed.overDistribution?.ssh == nil)
        #expect(try resolve { $0.nodes = ["a@b"] }.goesOnOverSSH == false)
    }

    @Test(
        arguments: [
            ("box", "box", nil), ("me@box:10022", "me@box", 10022), ("me@[::1]:22", "me@::1", 22),
            ("fe80::1", "fe80::1", nil), ("ssh://me@box:10022", "me@box", 10022), ("ssh://[::1]/", "::1", nil),
        ] as [(String, String, Int?)])
    func isRead(_ text: String, _ destination: String, _ port: Int?) {
        let choice = SecureShellChoice(text)
        #expect(choice?.destination == destination && choice?.port == port && choice?.description == text)
        #expect(choice.map { destination.hasSuffix($0.host) } == true)
    }

    /// Whose file others may read is none of a password's; a pipe is the shell's.
    @Test func passwordsAreAskedFor() throws {
        func words(_ files: MemoryFiles, _ set: (inout SettingsFlags) -> Void) throws -> String? {
            var flags = SettingsFlags()
            flags.ssh = "box"
            set(&flags)
            let settings = try SettingsResolver(
                flags: flags, environment: ["HOME": "/home/u"], files: files, hostName: "box.example.org"
            ).resolve()
            guard let password = settings.sshOptions.password else { return nil }
            guard case .given(let secret, _) = password.value else { return "asked by \(password.origin)" }
            return String(decoding: secret.bytes, as: UTF8.self) + " by \(password.origin)"
        }
        var files = MemoryFiles(["/p": "open sesame \nmore", "/nul": "a\0b", "/empty": "\n"])
        for path in ["/p", "/nul", "/empty"] { files.permissions[path] = 0o600 }
        #expect(try words(files) { _ in } == nil)
        #expect(try words(files) { $0.asksPassword = true } == "asked by flag --ssh-password")
        #expect(try words(files) { $0.passwordFile = "/p" } == "open sesame  by flag --ssh-password-file")
        for path in ["/nul", "/empty", "/none"] {
            #expect(throws: SettingsError.self) { try words(files) { $0.passwordFile = path } }
        }
        #expect(throws: SettingsError.self) {
            try words(files) {
                $0.passwordFile = "/p"
                $0.asksPassword = true
            }
        }
        files.permissions["/p"] = 0o640
        #expect(throws: SettingsError.self) { try words(files) { $0.passwordFile = "/p" } }
        let context = """
            {context, asks, [{ssh, "box"}, {ssh_password, ask}]}.
            {context, reads, [{ssh, "box"}, {ssh_password, {file, "p"}}]}.
            {context, shows, [{ssh, "box"}, {ssh_password, "secret"}]}.
            """
        files = MemoryFiles(["/c/c": context, "/c/p": "word"])
        files.permissions["/c/p"] = 0o600
        func of(_ name: String) throws -> String? {
            try words(files) {
                $0.configuration = "/c/c"
                $0.context = name
            }
        }
        #expect(try of("asks")?.hasPrefix("asked by context asks") == true)
        #expect(try of("reads")?.hasPrefix("word by context reads") == true)
        #expect(throws: SettingsError.self) { try of("shows") }
    }
}
