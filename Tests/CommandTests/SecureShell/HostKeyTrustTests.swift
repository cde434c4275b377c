import ErlcluTestSupport
import Foundation
import Testing

/// `ssh trust`: the keys of real daemons, by `ssh-keygen` and `ssh`.
@Suite(.waiting) struct HostKeyTrustTests {
    /// Keys of hosts, and daemons of a node with them.
    private struct Daemons {
        let node: ErlangNodeFixture
        /// Where keys lie, for us.
        let system: TemporaryDirectory
        let home: TemporaryDirectory

        init(_ release: OTPRelease = .host) throws {
            node = try ErlangNodeFixture(release: release)
            system = try TemporaryDirectory(in: release.root.map { "\($0)/tmp" })
            home = try TemporaryDirectory()
            try node.evaluate("{ok, _} = application:ensure_all_started(ssh)")
        }

        var file: String { home.file("erlclu/known_hosts") }

        /// Makes keys in a folder of their own; one that is there already is made anew.
        func makeKeys(_ kinds: [(kind: String, bits: String, form: String)], in folder: String) throws {
            try system.write("", to: "\(folder)/authorized_keys")
            for (kind, bits, form) in kinds {
                let path = system.file("\(folder)/ssh_host_\(kind)_key")
                for old in [path, path + ".pub"] { try? FileManager.default.removeItem(atPath: old) }
                let format = form.isEmpty ? [] : ["-m", form]
                try CommandResult.ofSuccessful(
                    "/usr/bin/ssh-keygen", ["-q", "-t", kind, "-b", bits, "-N", "", "-f", path] + format)
            }
        }

        /// - Returns: the port.
        func start(in folder: String, _ options: String = "") throws -> UInt16 {
            let port = try DeadPort.make()
            let directory = node.release.path(seenFromInside: system.file(folder))
            try node.evaluate(
                """
                {ok, _} = ssh:daemon({127, 0, 0, 1}, \(port), [{system_dir, "\(directory)"}, {user_dir, "\(directory)"}\(options)])
                """)
            return port
        }

        func tool() throws -> NodeTool {
            var tool = try NodeTool(node)
            tool.environment["XDG_CONFIG_HOME"] = home.path
            return tool
        }

        func trust(_ arguments: String...) throws -> CommandResult { try tool().run(["ssh", "trust"] + arguments) }

        /// Of all keys in a folder, as `ssh-keygen -l` has them.
        func fingerprints(in folder: String) throws -> Set<String> {
            let names = try FileManager.default.contentsOfDirectory(atPath: system.file(folder))
            return Set(
                try names.filter { $0.hasSuffix(".pub") }.map { name in
                    let result = try CommandResult.ofSuccessful(
                        "/usr/bin/ssh-keygen", ["-lf", system.file("\(folder)/\(name)")])
                    return String(result.standardOutput.split(separator: " ")[1])
                })
        }

        /// What `ssh` says with our file, and nothing else that it knows.
        func connect(to port: UInt16, _ options: String...) throws -> CommandResult {
            try CommandResult.of(
                "/usr/bin/ssh",
                [
                    "-F", "none", "-v", "-p", String(port), "-o", "UserKnownHostsFile=\(file)", "-o",
                    "GlobalKnownHostsFile=/dev/null", "-o", "HostKeyAlias=\(node.name)", "-o",
                    "StrictHostKeyChecking=yes", "-o", "BatchMode=yes", "-o", "PreferredAuthentications=none",
                ] + options.flatMap { ["-o", $0] } + ["127.0.0.1", "true"])
        }
    }

    private static let usual = [("ed25519", "256", ""), ("ecdsa", "256", "PEM"), ("rsa", "2048", "PEM")]

    @Test(arguments: OTPRelease.available)
    func keysAreLearned(release: OTPRelease) throws {
        let daemons = try Daemons(release)
        try daemons.makeKeys(Self.usual, in: "keys")
        let port = try daemons.start(in: "keys")
        // One in another folder, with a .pub file that is not its key's.
        try daemons.makeKeys([("ecdsa", "384", ""), ("rsa", "3072", "")], in: "more")
        let expected = try daemons.fingerprints(in: "keys").union(try daemons.fingerprints(in: "more"))
        try daemons.system.write("ssh-rsa AAAA stale\n", to: "more/ssh_host_rsa_key.pub")
        let other = try daemons.start(in: "more")

        let learned = try daemons.trust("-o", "json")
        #expect(learned.exitStatus == 0, "\(learned.standardError)")
        let items = try learned.items
        #expect(Set(items.compactMap { $0["fingerprint"] as? String }) == expected)
        #expect(items.allSatisfy { $0["change"] as? String == "new" && $0["node"] as? String == daemons.node.name })
        #expect(Set(items.compactMap { $0["daemon"] as? String }) == ["127.0.0.1:\(port)", "127.0.0.1:\(other)"])
        #expect(try mode(of: daemons.file) == 0o600 && mode(of: daemons.home.file("erlclu")) == 0o700)

        // OpenSSH takes each of them from the file, and none of another kind.
        for (port, algorithms) in [
            (port, ["ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-256"]),
            (other, ["ecdsa-sha2-nistp384", "rsa-sha2-512"]),
        ] {
            for algorithm in algorithms {
                let result = try daemons.connect(to: port, "HostKeyAlgorithms=\(algorithm)")
                #expect(
                    result.standardError.contains("is known and matches the"), "\(algorithm): \(result.standardError)")
            }
        }

        let again = try daemons.trust()
        #expect(again.exitStatus == 0 && again.standardError.contains("nothing is new in"), "\(again.standardError)")
        #expect(!again.standardOutput.contains("new") && again.standardOutput.contains("known"))
        #expect(try daemons.node.evaluate("{nodes(), nodes(hidden)}") == "{[],[]}")
    }

    @Test func aChangeWantsConsent() throws {
        let daemons = try Daemons()
        try daemons.makeKeys([("ed25519", "256", "")], in: "keys")
        let port = try daemons.start(in: "keys")
        #expect(try daemons.trust().exitStatus == 0)
        let before = try String(contentsOfFile: daemons.file, encoding: .utf8)
        let old = try daemons.fingerprints(in: "keys")
        try "other@host \(Self.key(in: before))\n".appended(to: daemons.file)
        try daemons.makeKeys([("ed25519", "256", "")], in: "keys")
        let new = try daemons.fingerprints(in: "keys")

        let refused = try daemons.trust()
        #expect(refused.exitStatus == 77 && refused.standardError.contains("E-SSH-HOSTKEY"), "\(refused.standardError)")
        for fingerprint in old.union(new) { #expect(refused.standardError.contains(fingerprint)) }
        #expect(try String(contentsOfFile: daemons.file, encoding: .utf8).hasPrefix(before))

        let replaced = try daemons.trust("--yes", "-o", "json")
        #expect(replaced.exitStatus == 0, "\(replaced.standardError)")
        let changes = try replaced.items.map { "\($0["fingerprint"] ?? "") \($0["change"] ?? "")" }
        #expect(Set(changes) == Set(new.map { "\($0) new" } + old.map { "\($0) forgotten" }))
        let after = try String(contentsOfFile: daemons.file, encoding: .utf8)
        #expect(after.contains("other@host \(Self.key(in: before))") && after.contains(daemons.node.name))
        #expect(after.components(separatedBy: daemons.node.name).count == 2)
        #expect(try daemons.connect(to: port).standardError.contains("is known and matches the"))
    }

    /// A person is asked, and has time to compare.
    @Test func aChangeIsAskedAboutOnATerminal() throws {
        let daemons = try Daemons()
        try daemons.makeKeys([("ed25519", "256", "")], in: "keys")
        _ = try daemons.start(in: "keys")
        #expect(try daemons.trust().exitStatus == 0)
        let before = try String(contentsOfFile: daemons.file, encoding: .utf8)
        try daemons.makeKeys([("ed25519", "256", "")], in: "keys")
        let tool = try daemons.tool()
        func ask(_ answer: (ChildProcess) -> Void) throws -> CommandResult {
            let asked = try ChildProcess(
                BuiltProduct.tool, NodeTool.line(["ssh", "trust", "--timeout", "3s"], tool.options),
                environment: tool.environment, terminal: TerminalSize(columns: 200))
            #expect(asked.waitForOutput(containing: "(yes or no)? "), "\(asked.standardOutput)")
            answer(asked)
            return try asked.wait()
        }
        for (text, status) in [("no\r", 77), ("\u{4}", 77)] as [(String, Int32)] {
            let result = try ask { $0.send(text) }
            #expect(result.exitStatus == status && result.standardOutput.contains("E-SSH-HOSTKEY"))
        }
        let interrupted = try ask { $0.send("\u{3}") }
        #expect(interrupted.exitStatus != 0 && interrupted.seconds < 10, "\(interrupted.status)")
        #expect(try String(contentsOfFile: daemons.file, encoding: .utf8) == before)
        let result = try ask { $0.send("yes\r") }
        #expect(result.exitStatus == 0 && result.standardOutput.contains("forgotten"), "\(result.standardOutput)")
        #expect(try String(contentsOfFile: daemons.file, encoding: .utf8) != before)
    }

    @Test func oneKeyOnTwoNodesIsNamed() throws {
        let daemons = try Daemons()
        try daemons.makeKeys([("ed25519", "256", "")], in: "keys")
        _ = try daemons.start(in: "keys")
        #expect(try daemons.trust().exitStatus == 0)
        let key = Self.key(in: try String(contentsOfFile: daemons.file, encoding: .utf8))
        try daemons.home.write("twin@10.0.0.8 \(key)\n", to: "erlclu/known_hosts")
        let result = try daemons.trust()
        #expect(result.exitStatus == 0)
        #expect(
            result.standardError.contains("has the same SSH host key as twin@10.0.0.8: one key serves several nodes"),
            "\(result.standardError)")
        // Revoked, it is not believed even so.
        try daemons.home.write("@revoked * \(key)\n", to: "erlclu/known_hosts")
        let revoked = try daemons.trust()
        #expect(revoked.exitStatus == 77 && revoked.standardError.contains("is revoked"), "\(revoked.standardError)")
    }

    @Test func whereThereIsNothingToLearn() throws {
        let daemons = try Daemons()
        let none = try daemons.trust()
        #expect(none.exitStatus == 1 && none.standardError.contains("runs no SSH daemon"), "\(none.standardError)")
        try daemons.makeKeys([("ed25519", "256", "")], in: "keys")
        _ = try daemons.start(in: "keys")
        try FileManager.default.removeItem(atPath: daemons.system.file("keys/ssh_host_ed25519_key"))
        let empty = try daemons.trust()
        #expect(empty.exitStatus == 1 && empty.standardError.contains("no host key of"), "\(empty.standardError)")
        #expect(empty.standardError.contains(daemons.system.file("keys")))
        let over = try daemons.trust("--ssh", "127.0.0.1:22")
        #expect(over.exitStatus == 78 && over.standardError.contains("learned through distribution"))
        // Whoever may not write says so.
        try daemons.makeKeys([("ed25519", "256", "")], in: "keys")
        let unwritable = try daemons.trust("--known-hosts", "/proc/known_hosts")
        #expect(unwritable.exitStatus == 74 && unwritable.standardError.contains("/proc/known_hosts"))
    }

    /// No private byte is sent: what comes from the node is looked through for each part of the key.
    @Test(arguments: OTPRelease.available)
    func nothingPrivateTravels(release: OTPRelease) throws {
        let daemons = try Daemons(release)
        try daemons.makeKeys([("rsa", "2048", "PEM")], in: "keys")
        _ = try daemons.start(in: "keys")
        let record = daemons.home.file("traffic.pcapng")
        #expect(try daemons.trust("--capture", record).exitStatus == 0)
        let text = try CommandResult.ofSuccessful(
            "/usr/bin/openssl",
            ["rsa", "-in", daemons.system.file("keys/ssh_host_rsa_key"), "-noout", "-text", "-traditional"]
        ).standardOutput
        let traffic = try #require(FileManager.default.contents(atPath: record))
        var looked = 0
        for part in ["modulus", "privateExponent", "prime1", "prime2", "exponent1", "coefficient"] {
            guard let start = text.range(of: "\(part):")?.upperBound else { continue }
            let digits = text[start...].prefix { $0.isHexDigit || $0 == ":" || $0.isWhitespace }
            let bytes = digits.split { $0 == ":" || $0.isWhitespace }.compactMap { UInt8($0, radix: 16) }
            let piece = Data(bytes.dropFirst(8).prefix(24))
            #expect(piece.count == 24)
            #expect(traffic.range(of: piece) != nil || part != "modulus", "the public part is not there")
            if part != "modulus" { #expect(traffic.range(of: piece) == nil, "\(part) was sent") }
            looked += 1
        }
        #expect(looked == 6)
    }

    private func mode(of path: String) throws -> Int {
        let facts = try FileManager.default.attributesOfItem(atPath: path)
        return (facts[.posixPermissions] as? NSNumber)?.intValue ?? 0
    }

    /// Behind the name, of a file's first line.
    private static func key(in text: String) -> String {
        text.split(separator: "\n")[0].split(separator: " ").dropFirst().joined(separator: " ")
    }

    /// Where nothing is connected to, nothing is said of the network.
    @Test func withoutANodeThatIsAllThatIsSaid() throws {
        let home = try TemporaryDirectory()
        let result = try CommandResult.of(
            BuiltProduct.tool, ["ssh", "trust"],
            environment: NodeTool.scrubbed.merging(["HOME": home.path, "XDG_CONFIG_HOME": home.path]) { $1 })
        #expect(result.exitStatus == 64 && result.standardError.hasPrefix("erlclu-ctl: no node is named"))
        #expect(!result.standardError.contains("warning"), "\(result.standardError)")
    }
}

extension String {
    fileprivate func appended(to path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8) + self
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }
}
