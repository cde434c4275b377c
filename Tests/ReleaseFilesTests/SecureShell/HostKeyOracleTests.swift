import ErlcluTestSupport
import Foundation
import Testing

@testable import ReleaseFiles

/// Files of known hosts drawn by lot: `ssh`, before a real sshd, is the judge of which key is accepted, and of which one is
/// asked for first.
@Suite(.waiting) struct HostKeyOracleTests {
    private struct Trial {
        let keys: HostKeys
        /// Of the host.
        let own: [HostKey]
        let others: [HostKey]
        let port: UInt16
        private let daemon: ChildProcess

        init() throws {
            keys = try HostKeys()
            let kinds: [(String, Int?)] = [("ed25519", nil), ("ecdsa", 256), ("rsa", 2048)]
            var made: [HostKey] = []
            for name in ["own", "other"] {
                for (kind, bits) in kinds {
                    made.append(try #require(HostKey(text: try keys.make(kind, "\(name)_\(kind)", bits: bits))))
                }
            }
            (own, others) = (Array(made[..<3]), Array(made[3...]))
            port = try DeadPort.make()
            if geteuid() == 0 { mkdir("/run/sshd", 0o755) }
            let folder = keys.folder
            let hostKeys = kinds.map { "HostKey \(folder.file("own_\($0.0)"))" }.joined(separator: "\n")
            let settings = try keys.folder.write(
                """
                Port \(port)
                ListenAddress 127.0.0.1
                \(hostKeys)
                PidFile none
                UsePAM no
                StrictModes no
                MaxStartups 100
                PasswordAuthentication no
                """, to: "sshd_config")
            daemon = try ChildProcess("/usr/sbin/sshd", ["-D", "-e", "-f", settings])
            guard daemon.waitForOutput(containing: "Server listening", onError: true) else {
                throw FixtureFailure("sshd did not start: \(daemon.standardError)")
            }
        }

        func stop() { daemon.terminate() }

        func line(_ generator: inout SeededGenerator) -> String {
            let names = [
                "127.0.0.1", "[127.0.0.1]:\(port)", "[127.0.0.1]:*", "127.0.*", "*", "*,!127.0.0.1", "box", "[box]:22",
                "box,[127.0.0.1]:\(port)", "*,![127.0.0.1]:\(port)",
            ]
            func any<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &generator)] }
            var name = any(names)
            if !name.contains("*"), !name.contains(","), Bool.random(using: &generator) {
                name = KnownHostNames.written(
                    name, salt: (0..<20).map { _ in UInt8.random(in: 0...255, using: &generator) })
            }
            let marker = any(["", "", "", "", "", "@revoked ", "@cert-authority "])
            let key = any(any([true, true, false]) ? own : others)
            return any([
                "\(marker)\(name) \(key.text)", "\(marker)\(name) \(key.text) c", "# \(name)", "\(name) x",
                "@no \(name) y",
            ])
        }
    }

    @Test func keysAreJudgedAsByOpenSSH() throws {
        let trial = try Trial()
        defer { trial.stop() }
        var generator = SeededGenerator(seed: 29)
        var (accepted, refused, preferred) = (0, 0, 0)
        for round in 0..<40 {
            let text = (0..<Int.random(in: 0...5, using: &generator)).map { _ in trial.line(&generator) }
                .joined(separator: "\n")
            let path = try trial.keys.folder.write(text, to: "known")
            let result = try CommandResult.of(
                "/usr/bin/ssh",
                [
                    "-F", "none", "-vvv", "-p", String(trial.port), "-o", "UserKnownHostsFile=\(path)", "-o",
                    "GlobalKnownHostsFile=none", "-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes", "-o",
                    "PreferredAuthentications=none", "127.0.0.1", "true",
                ])
            let said = result.standardError.replacingOccurrences(of: "\r\n", with: "\n")
            let key = try #require(
                trial.own.first { said.contains("Server host key: \($0.algorithm) \($0.fingerprint)") })
            let known = KnownHostsFile(Array(text.utf8), path: "k")
            let policy = HostKeyPolicy(
                node: nil, place: "127.0.0.1:\(trial.port)", hostNames: ["[127.0.0.1]:\(trial.port)", "127.0.0.1"],
                own: known, strictness: Sourced(.yes, .fallback), canAsk: true)
            let theirs = !said.contains("Host key verification failed")
            #expect(!theirs || said.contains("Permission denied"), "round \(round): \(said.suffix(300))")
            let ours = if case .accepted = policy.decision(on: key) { true } else { false }
            // Under the name without the port OpenSSH passes over what is revoked; nobody of ours does.
            let isRevoked =
                if case .revoked = KnownHosts([known]).verdict(on: key, of: "127.0.0.1") { true } else { false }
            #expect(
                ours == theirs || (isRevoked && !ours),
                "round \(round), \(key.algorithm):\n\(text)\n\(said.suffix(500))")
            if theirs { accepted += 1 } else { refused += 1 }

            let mark = "prefer hostkeyalgs: "
            let shown = said.split(separator: "\n").first { $0.contains(mark) }
            let order = shown?.components(separatedBy: mark)[1].trimmingCharacters(in: .whitespacesAndNewlines)
            let first = order.map { $0.components(separatedBy: ",").filter { !$0.contains("-cert-") } } ?? []
            #expect(Array(policy.algorithms().prefix(first.count)) == first, "round \(round):\n\(text)")
            if first.isEmpty { #expect(policy.algorithms() == HostKeyOrder.usual, "round \(round):\n\(text)") }
            preferred += first.isEmpty ? 0 : 1
        }
        #expect(accepted > 5 && refused > 5 && preferred > 3, "\(accepted) \(refused) \(preferred)")
    }
}
