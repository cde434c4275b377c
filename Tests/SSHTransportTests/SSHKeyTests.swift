import ByteTransport
import Diagnosis
import ErlcluTestSupport
import Foundation
import SSHTransport
import Testing

/// Who we are, for a real sshd.
@Suite(.waiting) struct SSHKeyTests {
    private static func isIn(_ outcome: (output: String, StreamClosure)) -> Bool {
        outcome == ("hello\n", .endOfStream)
    }

    @Test(arguments: [("rsa", "rsa"), ("ecdsa", "ed25519"), ("ed25519", "ecdsa"), ("ed25519", "rsa")])
    func keysOfEachKindAreTaken(own: String, host: String) throws {
        let server = try OpenSSHServer(hostKey: host)
        let trial = SSHTrial(server.port, keys: try server.userKey(own))
        trial.settings.hostKeyAlgorithms = []
        let outcome = try trial.outcome()
        #expect(Self.isIn(outcome), "\(outcome)\n\(server.log)")
        let parts = try server.hostKey.split(separator: " ")
        #expect(trial.hostKeys.map(\.algorithm) == [String(parts[0])])
        #expect(trial.hostKeys.map { Data($0.blob).base64EncodedString() } == [String(parts[1])])
    }

    /// Ciphers, MACs, KexAlgorithms.
    @Test func whatWasAskedForIsAgreedOn() throws {
        let server = try OpenSSHServer("LogLevel DEBUG1")
        let trial = SSHTrial(server.port, keys: try server.userKey())
        trial.settings.ciphers = ["none-that-is-known", "aes192-ctr"]
        trial.settings.messageCodes = ["hmac-sha2-512"]
        trial.settings.keyExchanges = ["ecdh-sha2-nistp384"]
        // What it logs of itself goes to standard error as well.
        #expect(try trial.outcome().output == "hello\n", "\(server.log)")
        for direction in ["client->server", "server->client"] {
            #expect(server.log.contains("\(direction) cipher: aes192-ctr MAC: hmac-sha2-512"), "\(server.log)")
        }
        #expect(server.log.contains("kex: algorithm: ecdh-sha2-nistp384"), "\(server.log)")
    }

    @Test func algorithmsThatNobodyKnowsAreTold() throws {
        let server = try OpenSSHServer()
        let key = try server.userKey()
        let kinds: [(WritableKeyPath<SSHClientSettings, [String]>, String)] = [
            (\.ciphers, "cipher"), (\.messageCodes, "MAC"), (\.keyExchanges, "key exchange"),
            (\.hostKeyAlgorithms, "host key"),
        ]
        for (list, kind) in kinds {
            let trial = SSHTrial(server.port, keys: key)
            trial.settings[keyPath: list] = ["none-that-is-known"]
            guard case .broken(.keyExchange, let words) = try trial.failure() else {
                return #expect(Bool(false), "\(kind)")
            }
            #expect(words.contains(kind), "\(words)")
        }
        // Known to one side alone.
        let trial = SSHTrial(server.port, keys: key)
        trial.settings.ciphers = ["3des-cbc"]
        guard case .broken(.keyExchange, let words) = try trial.failure() else { return #expect(Bool(false)) }
        #expect(words.contains("3des-cbc"), "\(words)")
    }

    @Test func theNextKeyIsTriedWhenOneIsRefused() throws {
        let server = try OpenSSHServer()
        let stranger = try server.userKey(named: "stranger", isTaken: false)
        let trial = SSHTrial(
            server.port, keys: "/nonexistent/key", stranger, server.directory.file("sshd_config"),
            try server.userKey("ecdsa"))
        #expect(Self.isIn(try trial.outcome()), "\(server.log)")
    }

    @Test func whatWasShownIsSaid() throws {
        let server = try OpenSSHServer()
        let stranger = try server.userKey(named: "stranger", isTaken: false)
        let open = try server.userKey(named: "open", isTaken: false)
        chmod(open, 0o644)
        let trial = SSHTrial(server.port, keys: "/nonexistent/key", stranger, open, server.directory.path)
        guard case .denied(let denial) = try trial.failure() else { return #expect(Bool(false), "\(server.log)") }
        #expect(denial.user == NSUserName() && denial.tried == [stranger] && denial.methods == ["publickey"])
        #expect(denial.untried.count == 3 && denial.untried[0] == "/nonexistent/key is not there", "\(denial.untried)")
        #expect(denial.untried[1].hasPrefix("\(open) is passed over"), "\(denial.untried)")
    }

    @Test func anAgentSigns() throws {
        let server = try OpenSSHServer()
        let agent = try OpenSSHAgent(
            try server.userKey("rsa", named: "stranger", isTaken: false), try server.userKey("ecdsa"))
        #expect(Self.isIn(try SSHTrial(server.port, agent: agent).outcome()), "\(server.log)")
    }

    /// IdentitiesOnly.
    @Test func ofAnAgentOnlyTheWantedKeysAreShown() throws {
        let server = try OpenSSHServer("MaxAuthTries 1")
        let strangers = try (1...3).map { try server.userKey(named: "stranger\($0)", isTaken: false) }
        let wanted = try server.userKey("rsa")
        let agent = try OpenSSHAgent(strangers[0], strangers[1], strangers[2], wanted)
        let trial = SSHTrial(server.port, keys: wanted, agent: agent)
        trial.settings.usesIdentitiesOnly = true
        // The agent has it; here is its public part alone.
        try FileManager.default.removeItem(atPath: wanted)
        #expect(Self.isIn(try trial.outcome()), "\(server.log)")
    }

    @Test func anAgentThatHangsHoldsUpNothing() throws {
        let server = try OpenSSHServer()
        let agent = try OpenSSHAgent(try server.userKey())
        agent.hang()
        let trial = SSHTrial(server.port, agent: agent)
        let (stream, recorder) = trial.start("echo hello")
        #expect(trial.run { !trial.hostKeys.isEmpty })
        let begin = Date()
        _ = trial.loop.run(until: .now + .milliseconds(200)) { recorder.closure != nil }
        #expect(recorder.closure == nil && Date().timeIntervalSince(begin) < 5)
        stream.close()
        #expect(eventually { server.wasLeft })
    }

    /// Of one authority that sshd trusts, and of one that it does not.
    @Test func aCertificateLetsUsIn() throws {
        let server = try OpenSSHServer("TrustedUserCAKeys DIRECTORY/authority.pub")
        let authority = try server.userKey(named: "authority", isTaken: false)
        let other = try server.userKey(named: "other", isTaken: false)
        for (signer, isTrusted) in [(authority, true), (other, false)] {
            for type in ["rsa", "ecdsa", "ed25519"] {
                let key = try server.userKey(type, named: "key-\(type)-\(isTrusted)", isTaken: false)
                try CommandResult.ofSuccessful(
                    "/usr/bin/ssh-keygen", ["-q", "-s", signer, "-I", "test", "-n", NSUserName(), "\(key).pub"])
                let trial = SSHTrial(server.port)
                trial.settings.identities = [.init(path: key, certificates: ["\(key)-cert.pub"])]
                #expect(Self.isIn(try trial.outcome()) == isTrusted, "\(type): \(server.log)")
            }
        }
    }

    @Test(arguments: [[], ["-m", "PEM"]])
    func anEncryptedKeyAsksForItsPassphrase(format: [String]) throws {
        let server = try OpenSSHServer()
        let stranger = try server.userKey("rsa", named: "stranger", passphrase: "secret", format, isTaken: false)
        let own = try server.userKey("rsa", passphrase: "open sesame", format)
        for (passphrase, isLetIn) in [("open sesame", true), ("wrong", false), (nil, false)] {
            let trial = SSHTrial(server.port, keys: stranger, own)
            trial.passphrase = passphrase
            #expect(Self.isIn(try trial.outcome()) == isLetIn, "\(server.log)")
            // Nobody is asked for one that would be of no use. Who mistypes it has two more tries, as with OpenSSH.
            #expect(trial.encryptedFiles == Array(repeating: own, count: passphrase == "wrong" ? 3 : 1))
        }
    }

    @Test func aPassphraseMayBeMistyped() throws {
        let server = try OpenSSHServer()
        let own = try server.userKey(passphrase: "open sesame")
        let trial = SSHTrial(server.port, keys: own)
        trial.passphrase = "wrong"
        let (_, recorder) = trial.start("echo hello")
        #expect(trial.run { trial.encryptedFiles.count == 2 })
        trial.passphrase = "open sesame"
        #expect(trial.run { recorder.closure != nil } && recorder.closure == .endOfStream, "\(server.log)")
        // Nothing typed is no try: the next key is meant.
        let other = SSHTrial(server.port, keys: own)
        other.passphrase = ""
        guard case .denied(let denial) = try other.failure() else { return #expect(Bool(false), "\(server.log)") }
        #expect(other.encryptedFiles == [own] && denial.untried == ["\(own) is encrypted, and no passphrase was typed"])
    }

    /// Its public part was shown, although nobody has opened it.
    @Test func anEncryptedKeyThatIsRefusedWasShown() throws {
        let server = try OpenSSHServer()
        let stranger = try server.userKey(named: "stranger", passphrase: "secret", isTaken: false)
        let trial = SSHTrial(server.port, keys: stranger)
        guard case .denied(let denial) = try trial.failure() else { return #expect(Bool(false), "\(server.log)") }
        #expect(denial.tried == [stranger] && denial.untried.isEmpty && trial.encryptedFiles.isEmpty)
    }

    @Test func nothingOfUsIsSaidToAHostThatIsNotTrusted() throws {
        let server = try OpenSSHServer("LogLevel DEBUG1")
        let trial = SSHTrial(server.port, keys: try server.userKey())
        let refusal = NodeFailure(.sshHostKey, stage: .tcp, node: "a@b", message: "no", remedy: "none")
        trial.verdict = .some(refusal)
        #expect(try trial.failure() == .hostKey(refusal))
        #expect(eventually { server.wasLeft })
        #expect(server.log.contains("SSH2_MSG_NEWKEYS received"), "\(server.log)")
        #expect(!server.log.contains("userauth-request") && !server.log.contains("service request"), "\(server.log)")
    }

    /// The answer may take its time, and may never come.
    @Test func theAnswerIsWaitedFor() throws {
        let server = try OpenSSHServer("LogLevel DEBUG1")
        let trial = SSHTrial(server.port, keys: try server.userKey())
        trial.verdict = nil
        let (stream, recorder) = trial.start("echo hello")
        #expect(trial.run { !trial.hostKeys.isEmpty })
        _ = trial.loop.run(until: .now + .milliseconds(200)) { recorder.closure != nil }
        #expect(recorder.closure == nil && !server.log.contains("userauth-request"))
        stream.close()
    }
}
