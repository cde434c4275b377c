import Testing

@testable import ReleaseFiles

/// Where values come from, what is refused and what is said, without files of a disk.
@Suite struct SecureShellResolverTests {
    private static let user = SecureShellUser(
        name: "amy", identifier: 7, home: "/home/amy", hostName: "desk.example.org",
        environment: ["SSH_AUTH_SOCK": "/agent", "OTHER_SOCK": "/other"])

    private func resolve(
        _ files: MemoryFiles, _ host: String = "box", identities: [Sourced<String>] = [],
        configuration: Sourced<String>? = nil
    ) throws -> SecureShellSettings {
        try SecureShellResolver(files: files, user: Self.user, configuration: configuration).resolve(
            SecureShellResolver.Request(host: host, origin: .flag("--ssh"), identities: identities))
    }

    private func refusal(_ files: MemoryFiles) -> SettingsError? {
        do {
            _ = try resolve(files)
            return nil
        } catch { return error as? SettingsError }
    }

    @Test func eachValueHasItsOrigin() throws {
        let files = MemoryFiles([
            "/home/amy/.ssh/config": "Host box\n  User bob\n  IdentityFile ~/k\n",
            "/etc/ssh/ssh_config": "User nobody\nHashKnownHosts yes\n",
            "/home/amy/.ssh/id_ed25519": "",
        ])
        let settings = try resolve(files, identities: [Sourced("/mine", .flag("--identity"))])
        #expect(settings.user == Sourced("bob", .file("/home/amy/.ssh/config", line: 2)))
        #expect(settings.host.origin == .flag("--ssh"))
        #expect(settings.port == Sourced(22, .fallback))
        #expect(settings.hashesKnownHosts == Sourced(true, .file("/etc/ssh/ssh_config", line: 2)))
        #expect(settings.identityFiles.map(\.value.path) == ["/mine", "/home/amy/k"])
        #expect(settings.identityFiles.map(\.origin) == [.flag("--identity"), .file("/home/amy/.ssh/config", line: 3)])
        #expect(settings.knownNames == ["box"])
        let plain = try resolve(MemoryFiles(["/home/amy/.ssh/id_ed25519": ""]))
        #expect(plain.identityFiles.map(\.value.written) == ["~/.ssh/id_ed25519"])
        #expect(plain.userKnownHosts.value == ["/home/amy/.ssh/known_hosts", "/home/amy/.ssh/known_hosts2"])
        #expect(plain.agent == Sourced(.socket("/agent"), .environment("SSH_AUTH_SOCK")))
    }

    @Test(arguments: [
        ("none", SecureShellAgent.none), ("SSH_AUTH_SOCK", .socket("/agent")), ("$OTHER_SOCK", .socket("/other")),
        ("~/s", .socket("/home/amy/s")), ("${OTHER_SOCK}.%u", .socket("/other.amy")), ("$MISSING", .none),
    ])
    func agents(_ text: String, _ expected: SecureShellAgent) throws {
        let files = MemoryFiles(["/home/amy/.ssh/config": "IdentityAgent \(text)"])
        #expect(try resolve(files).agent.value == expected)
    }

    @Test func aFileThatOthersWriteIsRefused() throws {
        var files = MemoryFiles(["/home/amy/.ssh/config": "Port 1"])
        files.permissions["/home/amy/.ssh/config"] = 0o664
        #expect(refusal(files)?.description.contains("others may write to it") == true)
        files.permissions["/home/amy/.ssh/config"] = 0o644
        #expect(refusal(files) == nil)
        files.owner = 8
        #expect(refusal(files)?.description.contains("own it") == true)
        files.owner = 7
        #expect(refusal(files) == nil)
    }

    @Test func whatIsWrongHasItsPlace() {
        let files = MemoryFiles([
            "/home/amy/.ssh/config": "Port 1\nHost x\n  Include sub\n", "/home/amy/.ssh/sub": "\nPort y",
        ])
        #expect(refusal(files)?.description == "/home/amy/.ssh/sub:2:1: 'y' is no port")
    }

    /// Nothing is run, and nobody believes that it was.
    @Test func whatIsNotHonouredIsSaid() throws {
        let files = MemoryFiles([
            "/home/amy/.ssh/config": """
            Match exec "touch /tmp/x"
              Port 1
            Match !exec false
              Port 2
            Match host other exec x
              Port 3
            Host *
              CanonicalizeHostname yes
              KnownHostsCommand none
            """
        ])
        let settings = try resolve(files)
        #expect(settings.port.value == 22)
        #expect(
            settings.warnings == [
                "file /home/amy/.ssh/config:1: 'Match exec' is not honoured, and its section not applied",
                "file /home/amy/.ssh/config:3: 'Match exec' is not honoured, and its section not applied",
                "file /home/amy/.ssh/config:8: canonicalizehostname is not honoured",
            ])
    }

    @Test func limits() {
        func refuses(_ text: String) -> Bool { refusal(MemoryFiles(["/home/amy/.ssh/config": text])) != nil }
        #expect(refuses("User " + String(repeating: "x", count: 20_000)))
        #expect(refuses("Include config"))
        for keyword in ["HostKeyAlgorithms", "Ciphers", "MACs", "KexAlgorithms"] {
            #expect(refuses("\(keyword) none-that-is-known") && refuses("\(keyword) -*"))
        }
        #expect(!refuses("HostKeyAlgorithms ssh-rsa"))
        #expect(refuses((0...100).map { "IdentityFile /\($0)\n" }.joined()))
        #expect(refuses("ProxyJump " + Array(repeating: "a", count: 17).joined(separator: ",")))
        #expect(refuses("HostName " + String(repeating: "%h", count: 8_000)) == false)
        // Two stars a byte would take for ever where each way is tried.
        let stars = String(repeating: "*a", count: 400)
        #expect(!refuses("Host \(stars)b\nPort 1"))
        #expect(!HostPattern.matches(String(repeating: "a", count: 5_000), stars + "b"))
    }

    /// What is not known here is left out, and told.
    @Test func algorithmsAreListed() throws {
        let files = MemoryFiles([
            "/home/amy/.ssh/config": """
            Ciphers +aes128-cbc,morus1280
            MACs -*etm*
            KexAlgorithms ^sntrup761x25519-sha512@openssh.com,ecdh-sha2-nistp*
            """
        ])
        let lists = try resolve(files).algorithms.mapValues(\.value)
        let ciphers = try #require(lists[.ciphers])
        #expect(ciphers.names.last == "aes128-cbc" && ciphers.names.count == 7 && ciphers.unknown == ["morus1280"])
        #expect(lists[.messageCodes]?.description == "hmac-sha2-256,hmac-sha2-512")
        let exchanges = try #require(lists[.keyExchanges])
        #expect(exchanges.names.first == "ecdh-sha2-nistp256" && exchanges.names.count == 9)
        #expect(exchanges.description.hasSuffix(" (not known here: sntrup761x25519-sha512@openssh.com)"))
    }

    @Test func hopsAreFoundInTheirOrder() throws {
        let files = MemoryFiles([
            "/home/amy/.ssh/config": """
            Host box
              ProxyJump one,two
            Host two
              User second
              ProxyJump never
            Host one
              ProxyJump zero:7
            Host ring1
              ProxyJump ring2
            Host ring2
              ProxyJump ring1
            """
        ])
        let resolver = SecureShellResolver(files: files, user: Self.user)
        let route = try resolver.route(to: SecureShellResolver.Request(host: "box", origin: .flag("--ssh")))
        #expect(route.map(\.host.value) == ["zero", "one", "two", "box"])
        #expect(route.map(\.port.value) == [7, 22, 22, 22] && route[2].user.value == "second")
        #expect(throws: SettingsError.self) {
            try resolver.route(to: SecureShellResolver.Request(host: "ring1", origin: .flag("--ssh")))
        }
    }
}
