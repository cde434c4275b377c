import ErlcluTestSupport
import Foundation
import Testing

@testable import ReleaseFiles

/// `ssh -G` is the judge of what files of settings mean.
@Suite struct ConfigurationOracleTests {
    private let trial: ConfigurationTrial

    init() throws { trial = try ConfigurationTrial() }

    private func expectAgreement(
        _ text: String, _ host: String = "box", user: String? = nil, port: Int? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try trial.folder.write(text, to: "config")
        let theirs = try trial.theirs(host, user: user, port: port)
        guard let ours = trial.ours(host, user: user, port: port)?.printed else {
            #expect(theirs == nil, "ssh takes what we refuse: \(text)", sourceLocation: sourceLocation)
            return
        }
        guard let theirs else {
            Issue.record("ssh refuses what we take: \(text)", sourceLocation: sourceLocation)
            return
        }
        for keyword in Self.compared {
            var expected = theirs[keyword]
            if keyword == "identityfile" {
                // It lists the usual files of keys, whether they are there or not.
                if expected?.contains("~/.ssh/id_dsa") == true { expected = [] }
                expected = expected?.filter { $0 != "none" }
            }
            let found = ours[keyword].map { keyword.hasSuffix("hostsfile") && $0 == [""] ? ["none"] : $0 }
            #expect(found == expected, "\(keyword) for \(host): \(text)", sourceLocation: sourceLocation)
        }
    }

    private static let compared = [
        "host", "hostname", "user", "port", "identitiesonly", "hashknownhosts", "userknownhostsfile",
        "globalknownhostsfile", "stricthostkeychecking", "hostkeyalias", "revokedhostkeys", "proxycommand",
        "proxyjump", "certificatefile", "identityfile",
    ]

    @Test(arguments: [
        "", "# nothing\n\n   \n", "Port 2222", "  Port = 2222 ", "port=2222", "PORT\t2222\r", "Port \"2222\"",
        "Port 22 23", "Port", "Port 0", "Port 70000", "Port ssh", "Port x", "Port 2222 # a comment",
        "User bob\nUser alice", "User \"bo b\"", "User 'bo b'", "User bo\\ b", "User \"bob", "User bo\"b c\"d",
        "HostName %h.example.org", "HostName %%h", "HostName %x", "HostName BOX.Example.ORG", "HostName ::0001",
        "HostName 10.0.0.1", "HostName 127.1", "HostName fe80::1%lo", "HostName 1.2.3.4.5",
        "IdentityFile ~/a\nIdentityFile /b\nIdentityFile ~/a", "IdentityFile none", "IdentityFile %d/x-%r@%h",
        "IdentityFile a b", "CertificateFile ~/c\nCertificateFile ~/d", "IdentitiesOnly yes", "IdentitiesOnly maybe",
        "IdentitiesOnly TRUE", "StrictHostKeyChecking no", "StrictHostKeyChecking off", "StrictHostKeyChecking yes",
        "StrictHostKeyChecking accept-new", "StrictHostKeyChecking Accept-New", "StrictHostKeyChecking x",
        "UserKnownHostsFile none", "UserKnownHostsFile /a /b ~/c", "UserKnownHostsFile /a none",
        "UserKnownHostsFile /a\nUserKnownHostsFile /b", "UserKnownHostsFile ~/.ssh/%h-%p",
        "UserKnownHostsFile ${PLACE}/%n", "GlobalKnownHostsFile none", "GlobalKnownHostsFile /a ~/b",
        "HostKeyAlias Foo", "HostKeyAlias foo\nHostKeyAlias bar", "HashKnownHosts yes", "RevokedHostKeys /k",
        "RevokedHostKeys none", "ProxyJump a", "ProxyJump a,b@c:2,[::1]:22", "ProxyJump none", "ProxyJump a,",
        "ProxyJump u@", "ProxyJump @h", "ProxyJump a:0", "ProxyJump ssh://u@h:22", "ProxyJump ssh://h/x",
        "ProxyJump a # x", "ProxyCommand none", "ProxyCommand nc -X %h %p # kept", "ProxyCommand=x y",
        "ProxyJump a\nProxyCommand b", "ProxyCommand b\nProxyJump a", "ProxyJump none\nProxyCommand b",
        "ProxyCommand none\nProxyJump a", "NoSuchThing 1", "IgnoreUnknown NoSuch*\nNoSuchThing 1",
        "NoSuchThing 1\nIgnoreUnknown NoSuch*", "\"Port\" 22", "Port\"23\"", "Port==22", "Port = = 22", "= 5",
        "IdentityAgent none", "IdentityAgent ${PLACE}/x", "IdentityAgent ${NOWHERE}", "IdentityAgent $1x",
    ])
    func aLineMeansTheSame(_ text: String) throws { try expectAgreement(text) }

    @Test(arguments: [
        "Host box\nPort 1", "Host other\nPort 1", "Host b?x\nPort 1", "Host *\nPort 1\nHost box\nPort 2",
        "Host !box *\nPort 1\nHost *\nPort 2", "Host * !box\nPort 1", "Host Box\nPort 1", "Host \"box\" x\nPort 1",
        "Host b*x*\nPort 1", "Host", "Host \"\"\nPort 1", "Host=box\nPort=5", "Host box # other\nPort 1",
        "Match all\nPort 1", "Match !all\nPort 1", "Match host box\nPort 1", "Match host=box\nPort 1",
        "Match host a,b*,!bob\nPort 1", "Match !host box\nPort 1\nMatch all\nPort 2", "Match Host BOX\nPort 1",
        "Match originalhost box\nPort 1", "Match user bob\nPort 1", "User bob\nMatch user bob\nPort 1",
        "Match localuser root\nPort 1", "Match localuser nobody\nPort 1", "Match host box user x\nPort 1",
        "HostName far\nMatch host far\nPort 1", "HostName far\nMatch originalhost far\nPort 1",
        "Match final\nPort 1", "Match final all\nPort 1", "Match canonical\nPort 1", "Match !final\nPort 1",
        "Match final host far\nPort 1\nMatch all\nHostName far", "Match canonical all\nPort 1", "Match",
        "Match host", "Match nothing x\nPort 1", "Match host box all\nPort 1", "Match host a user b all\nPort 1",
        "Match all x\nPort 1", "Match host \"box\"\nPort 1", "Match host box # x\nPort 1", "Match # x\nPort 1",
        "Host other\nPort x", "Host other\nNoSuchThing 1", "Host other\nProxyJump a:0", "Host other\nUser \"x",
        "Host other\nIdentityFile /a\nHost box\nIdentityFile /b\nMatch final\nIdentityFile /c",
        "Match final\nUser late\nMatch user late\nPort 7",
        "Host box\nHostName Box2\nHost box2\nPort 8\nMatch final\nUser z",
    ])
    func sectionsMeanTheSame(_ text: String) throws { try expectAgreement(text) }

    @Test func whatIsTypedCountsMost() throws {
        try expectAgreement("User bob\nPort 1\nMatch user amy\nHostKeyAlias seen", user: "amy", port: 99)
        try expectAgreement("Host box\nPort 1", "BOX")
        try expectAgreement("", "::1", port: 2200)
        try expectAgreement(
            "UserKnownHostsFile /k/%k/%n/%h/%r/%p/%u/%i/%L/%l/%d/%C\nHostName far\nHostKeyAlias Al", user: "amy")
    }

    @Test func filesAreIncluded() throws {
        let folder = trial.folder
        try folder.write("Port 1\n", to: "d/b.conf")
        try folder.write("User first\nHost other\nUser never\n", to: "d/a.conf")
        try folder.write("Port 9\n", to: "d/.hidden.conf")
        try folder.write("HostKeyAlias bracket\n", to: "d/x1")
        try folder.write("Include \(folder.path)/config\n", to: "loop")
        try folder.write("Port 5\n", to: "open", mode: 0o666)
        try folder.write("Port x\n", to: "wrong")
        for text in [
            "Include \(folder.path)/d/*.conf", "Include \(folder.path)/d/[!a-w]?", "Include \(folder.path)/d/[a].conf",
            "Include \(folder.path)/none/*\nPort 3", "Include \(folder.path)/none\nPort 3", "Include /*/none",
            "Host other\nInclude \(folder.path)/d/*.conf\nHost *\nPort 7",
            "Host box\nInclude \(folder.path)/d/a.conf\nPort 8", "Include \(folder.path)/d/*.conf \(folder.path)/d/x*",
            "Include \(folder.path)/loop", "Include \(folder.path)/open", "Include \(folder.path)/wrong",
            "Host other\nInclude \(folder.path)/wrong", "Include", "Include \"\"", "Include \(folder.path)/d",
            "Include \(folder.path)/d/\\a.conf", "Include no-such-file-in-the-home-directory",
        ] {
            try expectAgreement(text)
        }
    }

    /// Without certificates, which are not taken here.
    @Test(arguments: [
        "ssh-ed25519", "rsa-sha2-512,ssh-ed25519", "+ssh-rsa", "+ssh-ed25519", "-ssh-ed25519", "-*nist*,rsa-*",
        "^rsa-sha2-256,ssh-ed25519", "ecdsa-*", "^ecdsa-sha2-nistp5*", "+ssh-dss,ssh-rsa",
    ])
    func algorithmsOfHostKeys(_ list: String) throws {
        try trial.folder.write("HostKeyAlgorithms \(list)", to: "config")
        let theirs = try #require(try trial.theirs("box")?["hostkeyalgorithms"]?.first)
        let expected = theirs.components(separatedBy: ",").filter { !$0.contains("-cert-") }
        // A signature by one, and no algorithm of its own that a host could have.
        let ours = trial.ours("box")?.hostKeyAlgorithms?.value.names
        #expect(ours == expected.filter { !$0.hasPrefix("webauthn") }, "\(theirs)")
    }

    /// Lists of what both know; OpenSSH's usual ones are others.
    @Test(arguments: [
        ("Ciphers", "aes256-ctr,aes128-gcm@openssh.com"), ("Ciphers", "aes128-ctr"),
        ("Ciphers", "aes256-ctr,aes256-ctr"),
        ("MACs", "hmac-sha2-512,hmac-sha2-256-etm@openssh.com"),
        ("KexAlgorithms", "ecdh-sha2-nistp384,curve25519-sha256"),
    ])
    func algorithmsThatAreAgreedOn(_ keyword: String, _ list: String) throws {
        try trial.folder.write("\(keyword) \(list)", to: "config")
        let theirs = try #require(try trial.theirs("box")?[keyword.lowercased()]?.first)
        let ours = try #require(trial.ours("box")?.agreedLists.first)
        #expect(ours.keyword == keyword && ours.list.value.names.joined(separator: ",") == theirs)
    }

    /// How we may be let in, as `ssh` would try it.
    @Test(arguments: [
        "", "PasswordAuthentication no", "KbdInteractiveAuthentication no", "ChallengeResponseAuthentication no",
        "PubkeyAuthentication no", "PubkeyAuthentication unbound", "PreferredAuthentications password,publickey",
        "PreferredAuthentications gssapi-with-mic,password\nPasswordAuthentication no", "PasswordAuthentication maybe",
        "PubkeyAuthentication maybe", "NumberOfPasswordPrompts x", "DSAAuthentication no", "PreferredAuthentications",
    ])
    func methods(_ lines: String) throws {
        try trial.folder.write(lines, to: "config")
        let (ours, theirs) = (trial.ours("box"), try trial.theirs("box"))
        #expect((ours == nil) == (theirs == nil))
        guard let ours, let theirs else { return }
        let switches = [
            "publickey": "pubkeyauthentication", "keyboard-interactive": "kbdinteractiveauthentication",
            "password": "passwordauthentication",
        ]
        let usual = "publickey,keyboard-interactive,password"
        let order = (theirs["preferredauthentications"]?.first ?? usual).components(separatedBy: ",")
        let expected = order.filter { name in
            guard let value = switches[name].flatMap({ theirs[$0]?.first }) else { return false }
            return value != "no" && value != "false"
        }
        #expect(ours.methods.value.map(\.rawValue) == expected, "\(theirs)")
    }

    /// Lines drawn by lot, the same ones each time.
    @Test func manySettingsMeanTheSame() throws {
        var generator = SeededGenerator(seed: 13)
        for _ in 0..<300 {
            let lines = (0..<Int.random(in: 1...14, using: &generator)).map { _ in Self.line(&generator) }
            try expectAgreement(
                lines.joined(separator: "\n"),
                ["box", "far.example.org", "10.0.0.7"].randomElement(using: &generator) ?? "",
                user: Bool.random(using: &generator) ? "amy" : nil)
        }
    }

    private static func line(_ generator: inout SeededGenerator) -> String {
        func any(_ words: [String]) -> String { words.randomElement(using: &generator) ?? "" }
        let names = ["box", "far*", "*", "!box", "10.0.?.7", "*.org", "!*.org", "BOX", "b?x"]
        switch Int.random(in: 0..<12, using: &generator) {
        case 0, 1: return any(["Host ", "host=", " HOST\t"]) + any(names) + any(["", " " + any(names), " # x"])
        case 2:
            return "Match " + any(["host ", "!host ", "originalhost ", "user ", "!user "])
                + any(["box", "far*,!far", "amy", "root,bob", "*"]) + any(["", " final", " !canonical", " user amy"])
        case 3: return any(["Port ", "Port="]) + any(["1", "22", "65535", "\"2200\""])
        case 4: return "User " + any(["bob", "'amy'", "\"a b\"", "c\\ d"])
        case 5: return "HostName " + any(["%h", "%h.lan", "FAR.example.org", "::1", "192.168.1.9"])
        case 6: return "IdentityFile " + any(["~/a", "/k/%h", "\"/with blank/k\"", "none", "~/a"])
        case 7: return "UserKnownHostsFile " + any(["/k", "/k %d/j", "none", "/%n/%p"])
        case 8: return any(["ProxyJump ", "proxyjump="]) + any(["a", "a,b:3", "u@v", "none"])
        case 9: return "ProxyCommand " + any(["nc %h %p", "none", "x # y"])
        case 10: return "StrictHostKeyChecking " + any(["yes", "no", "ask", "accept-new", "off"])
        default: return any(["HostKeyAlias ", "CertificateFile ", "RevokedHostKeys "]) + any(["x", "/Y", "'z z'"])
        }
    }

    /// Where the files of keys are, told by what it tries to open.
    @Test func identityFilesAreFound() throws {
        try trial.folder.write(
            "IdentityFile ~/k-%h-%p-%r\nIdentityFile ${PLACE}/%n.%L\nIdentityFile /plain%%\nHostName FAR\nPort 7\nUser u",
            to: "config")
        let result = try CommandResult.of(
            "/usr/bin/ssh",
            ["-v", "-F", trial.folder.file("config"), "-o", "ProxyCommand=/bin/false", "-o", "BatchMode=yes", "box"],
            environment: trial.environment.mapValues { $0 })
        let ours = try #require(trial.ours("box"))
        #expect(ours.identityFiles.count == 3)
        for file in ours.identityFiles {
            #expect(
                result.standardError.contains("identity file \(file.value.path) type -1"), "\(result.standardError)")
        }
    }
}
