import ErlangTerm
import Testing

@testable import ReleaseFiles

/// Which host keys are accepted.
@Suite struct HostKeyPolicyTests {
    private static func key(_ number: UInt8, _ algorithm: String = "ssh-ed25519") -> HostKey {
        let name = Array(algorithm.utf8)
        let bytes = [0, 0, 0, UInt8(name.count)] + name + [0, 0, 0, 32] + [UInt8](repeating: number, count: 32)
        guard let key = HostKey(bytes) else { fatalError("no key") }
        return key
    }

    private let right = key(1)
    private let wrong = key(2)
    private let node = "app@10.0.0.7"

    private func policy(
        own: String = "", others: String = "", node: String? = "app@10.0.0.7", canAsk: Bool = false,
        _ set: (inout HostKeyPolicy) -> Void = { _ in }
    ) -> HostKeyPolicy {
        var policy = HostKeyPolicy(
            node: node, place: "localhost:10022", hostNames: ["[localhost]:10022", "localhost"],
            own: KnownHostsFile(Array(own.utf8), path: "ours"),
            others: [KnownHostsFile(Array(others.utf8), path: "theirs")],
            canAsk: canAsk)
        set(&policy)
        return policy
    }

    /// One word, and the place where there is one.
    private func outcome(_ policy: HostKeyPolicy, _ key: HostKey) -> String {
        switch policy.decision(on: key) {
        case .asks: return "asks"
        case .accepted(let acceptance):
            switch acceptance.evidence {
            case .expectation: return "expected"
            case .known(let place): return "known \(place)"
            case .firstContact: return "new"
            }
        case .refused(let refusal):
            switch refusal.reason {
            case .notUnderstood: return "nonsense"
            case .unknown(.strict): return "strict"
            case .unknown(.nobodyToAsk): return "nobody to ask"
            case .unknown(.unanswered): return "unanswered"
            case .unknown(.declined): return "declined"
            case .unknown(.compared): return "compared"
            case .changed(let entries, let name): return "changed \(entries[0].place) \(name)"
            case .revoked(let place): return "revoked \(place)"
            case .onlyAuthority(let place): return "authority \(place)"
            case .notExpected: return "not expected"
            }
        }
    }

    /// A forward has another host's key in OpenSSH's file; the node's own name counts more.
    @Test func theNodeCountsBeforeTheForward() {
        let forward = policy(own: "\(node) \(right.text)", others: "[localhost]:10022 \(wrong.text)")
        #expect(outcome(forward, right) == "known ours:1")
        #expect(outcome(forward, wrong) == "changed ours:1 \(node)")
        let unnamed = policy(own: "\(node) \(right.text)", others: "[localhost]:10022 \(wrong.text)", node: nil)
        #expect(outcome(unnamed, wrong) == "known theirs:1")
        #expect(outcome(unnamed, right) == "changed theirs:1 [localhost]:10022")
    }

    @Test func otherFilesCountForANodeThatIsNotKnown() {
        #expect(outcome(policy(others: "[localhost]:10022 \(right.text)"), right) == "known theirs:1")
        #expect(outcome(policy(others: "[localhost]:10022 \(right.text)"), wrong).hasPrefix("changed theirs:1"))
        // Without its port a name helps only a key that is the same.
        #expect(outcome(policy(others: "localhost \(right.text)"), right) == "known theirs:1")
        #expect(outcome(policy(others: "localhost \(right.text)"), wrong) == "nobody to ask")
    }

    @Test func firstContact() {
        #expect(outcome(policy(), right) == "nobody to ask")
        #expect(outcome(policy(canAsk: true), right) == "asks")
        for (strictness, piped, asked) in [
            (StrictHostKeyChecking.yes, "strict", "strict"), (.ask, "nobody to ask", "asks"),
            (.off, "nobody to ask", "asks"), (.acceptNew, "new", "new"),
        ] {
            let set = { (policy: inout HostKeyPolicy) in policy.strictness = Sourced(strictness, .fallback) }
            #expect(outcome(policy(set), right) == piped)
            #expect(outcome(policy(canAsk: true, set), right) == asked)
            // None of them takes a key that contradicts one that is known.
            #expect(outcome(policy(own: "\(node) \(right.text)", canAsk: true, set), wrong).hasPrefix("changed"))
        }
    }

    @Test func anExpectationCountsMost() {
        let expecting = policy(own: "\(node) \(wrong.text)") {
            $0.expected = Sourced([Self.key(9).fingerprint, right.fingerprint], .flag("--host-key-fingerprint"))
        }
        #expect(outcome(expecting, right) == "expected")
        #expect(outcome(expecting, wrong) == "not expected")
    }

    @Test func revokedKeysAreNeverAccepted() {
        for line in ["@revoked * \(right.text)", "@revoked localhost \(right.text)", "@revoked \(node) \(right.text)"] {
            let policy = policy(own: "\(node) \(right.text)\n", others: line, canAsk: true) {
                $0.expected = Sourced([right.fingerprint], .flag("x"))
            }
            #expect(outcome(policy, right) == "revoked theirs:1", "\(line)")
        }
        let listed = policy(own: "\(node) \(right.text)") { $0.revoked[right] = KnownHostsPlace(file: "r", line: 3) }
        #expect(outcome(listed, right) == "revoked r:3")
    }

    /// `--known-hosts` limits what is known, and nothing that is revoked.
    @Test func aFileThatIsNamedRevokesNothingLess() throws {
        let files = MemoryFiles([
            "/k": "\(node) \(right.text)\n", "/ours": "other@h \(wrong.text)\n",
            "/home/u/.ssh/known_hosts": "[localhost]:10022 \(wrong.text)\n@revoked * \(right.text)\n",
        ])
        let user = SecureShellUser(
            name: "u", identifier: 1000, home: "/home/u", hostName: "here", environment: [:], homeOf: { _ in nil })
        let settings = try SecureShellResolver(files: files, user: user).resolve(
            SecureShellResolver.Request(host: "localhost", port: 10022, origin: .flag("--ssh")))
        var options = SecureShellOptions()
        options.usualKnownHosts = "/ours"
        options.knownHosts = Sourced("/k", .flag("--known-hosts"))
        let policy = try HostKeyPolicy(of: node, settings, options, place: "localhost:10022", files, canAsk: false)
        #expect(outcome(policy, right) == "revoked /home/u/.ssh/known_hosts:2")
        // Nothing else of these files counts.
        #expect(outcome(policy, wrong) == "changed /k:1 \(node)")
        #expect(policy.others.isEmpty && policy.revoking.map(\.path).contains("/ours"))
    }

    @Test func anAuthorityIsNotEnough() {
        let authority = policy(others: "@cert-authority * \(wrong.text)", canAsk: true)
        #expect(outcome(authority, right) == "authority theirs:1")
        #expect(outcome(policy(), wrong) == "nobody to ask")
        guard case .refused = policy(canAsk: true).decision(on: [1, 2, 3]) else {
            Issue.record("nonsense is accepted")
            return
        }
    }

    @Test func oneKeyOnTwoNodesIsSaid() {
        let own = "\(node) \(right.text)\nother@10.0.0.8 \(right.text)\n[box]:22 \(right.text)\n*@h \(right.text)"
        guard case .accepted(let acceptance) = policy(own: own).decision(on: right) else {
            Issue.record("not accepted")
            return
        }
        #expect(acceptance.otherNodes == ["other@10.0.0.8"])
        #expect(acceptance.notices(of: node).joined().contains("the same SSH host key as other@10.0.0.8"))
        guard case .asks(let question) = policy(own: "other@h \(right.text)", canAsk: true).decision(on: right) else {
            Issue.record("not asked")
            return
        }
        #expect(question.text.contains("other@h") && question.text.contains(right.fingerprint.description))
    }

    /// Who leaves out the node's name is told which name the key is known under.
    @Test func aKeyThatIsKnownUnderANodesNameIsSaid() {
        let own = "\(node) \(right.text)\n[box]:22 \(right.text)\n*@h \(right.text)\nother@h \(wrong.text)"
        guard case .refused(let refusal) = policy(own: own, node: nil).decision(on: right),
            case .asks(let question) = policy(own: own, node: nil, canAsk: true).decision(on: right)
        else { return #expect(Bool(false)) }
        #expect(refusal.otherNodes == [node] && refusal.file == "ours")
        #expect(question.text.contains("that of \(node)") && question.text.contains("-n \(node)"), "\(question.text)")
        #expect(question.refusal(.no).otherNodes == [node] && question.acceptance.notices(of: "box").isEmpty)
        // Another node's daemon, at a place that was given for this one.
        guard case .refused(let other) = policy(own: "other@h \(right.text)").decision(on: right) else {
            return #expect(Bool(false))
        }
        #expect(other.otherNodes == ["other@h"])
        // A host on the way there is no node.
        guard case .refused(let hop) = policy(own: own, node: nil, { $0.isOfNode = false }).decision(on: right) else {
            return #expect(Bool(false))
        }
        #expect(hop.otherNodes.isEmpty)
    }

    @Test func answers() {
        guard case .asks(let question) = policy(canAsk: true).decision(on: right) else {
            Issue.record("not asked")
            return
        }
        #expect(question.answer("yes") == .yes && question.answer(" YES \r") == .yes)
        #expect(question.answer("no") == .no)
        #expect(question.answer(right.fingerprint.description) == .yes)
        #expect(question.answer(wrong.fingerprint.description) == .other(wrong.fingerprint))
        for text in ["", "y", "ja", "yes please", "SHA256:"] { #expect(question.answer(text) == nil, "\(text)") }
        #expect(question.acceptance.added == KnownHostsLine(name: node, key: right))
        guard case .asks(let unnamed) = policy(node: nil, canAsk: true, { $0.hashesNames = true }).decision(on: right)
        else {
            Issue.record("not asked")
            return
        }
        #expect(unnamed.added == KnownHostsLine(name: "[localhost]:10022", key: right, isHashed: true))
    }

    @Test func aKnownAlgorithmIsAskedForFirst() {
        let rsa = Self.key(3, "ssh-rsa")
        #expect(policy(own: "\(node) \(rsa.text)").algorithms().first == "rsa-sha2-512")
        #expect(policy(others: "[localhost]:10022 \(rsa.text)").algorithms().first == "rsa-sha2-512")
        #expect(
            policy(own: "\(node) \(right.text)", others: "[localhost]:10022 \(rsa.text)").algorithms().first
                == "ssh-ed25519")
    }
}
