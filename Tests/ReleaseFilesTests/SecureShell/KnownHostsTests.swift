import ErlcluTestSupport
import Foundation
import Testing

@testable import ReleaseFiles

/// Files of known hosts, by `ssh-keygen`.
@Suite struct KnownHostsTests {
    private let keys: HostKeys
    private let first: HostKey
    private let second: HostKey
    private let third: HostKey

    init() throws {
        keys = try HostKeys()
        first = try #require(HostKey(text: try keys.make("ed25519", "first")))
        second = try #require(HostKey(text: try keys.make("ecdsa", "second", bits: 384)))
        third = try #require(HostKey(text: try keys.make("rsa", "third", bits: 2048)))
    }

    private func known(_ text: String) -> KnownHosts { KnownHosts([KnownHostsFile(Array(text.utf8), path: "k")]) }

    @Test func fingerprintsAreThoseOfSSHKeygen() throws {
        for (name, key) in [("first", first), ("second", second), ("third", third)] {
            let result = try CommandResult.ofSuccessful(
                "/usr/bin/ssh-keygen", ["-lf", keys.folder.file("\(name).pub")])
            let words = result.standardOutput.split { $0 == " " || $0 == "\n" }
            #expect(words[1] == key.fingerprint.description)
            #expect(words.last == "(\(key.kind))")
            #expect(HostKeyFingerprint(String(words[1])) == key.fingerprint)
        }
    }

    @Test func fingerprintsAreReadStrictly() {
        let good = first.fingerprint.description
        #expect(HostKeyFingerprint(good + "=") == first.fingerprint)
        for text in ["", "SHA256:", String(good.dropLast()), good + "A", good.lowercased(), "MD5:" + good.dropFirst(7)]
        {
            #expect(HostKeyFingerprint(text) == nil, "\(text)")
        }
    }

    /// The lines that `ssh-keygen -F` finds are those that we find.
    @Test func linesAreFoundAsSSHKeygenFindsThem() throws {
        let text = """
            # comment
            box,10.0.0.1 \(first.text) a comment

            [box]:2222 \(second.text)
            *.example.org,!bad.example.org \(third.text)
            @revoked * \(second.text)
            @cert-authority *.lan \(first.text)
            Upper \(third.text)
            \t indented \(first.text)
            @nothing box \(first.text)
            box ssh-ed25519
            box ssh-rsa \(first.text.split(separator: " ")[1])
            box 1024 35 1234
            |1|broken box \(first.text)
            ,comma \(first.text)
            b?x \(third.text)\r
            last \(first.text)
            """
        let path = try keys.folder.write(text, to: "known")
        try CommandResult.ofSuccessful("/bin/cp", [path, path + "-hashed"])
        _ = try CommandResult.of("/usr/bin/ssh-keygen", ["-H", "-f", path + "-hashed"])
        for file in [path, path + "-hashed"] {
            let known = try KnownHostsFile.read(file, SystemFiles())
            for name in [
                "box", "BOX", "10.0.0.1", "[box]:2222", "a.example.org", "bad.example.org", "x.lan", "upper",
                "indented",
                "comma", "bxx", "last", "nobody", "|1|broken", "@revoked",
            ] {
                let result = try CommandResult.of("/usr/bin/ssh-keygen", ["-F", name, "-f", file])
                let expected = result.standardOutput.split(separator: "\n").compactMap { line -> Int? in
                    let words = line.split(separator: " ")
                    // "# Host box found: line 2", with a marker behind it.
                    guard line.hasPrefix("# Host"), let place = words.lastIndex(of: "line") else { return nil }
                    return Int(words[place + 1])
                }
                // It shows lines whose key it has not looked at as well.
                let readable = Set(known.entries.map(\.place.line))
                let found = KnownHosts([known]).entries(of: name).map(\.place.line)
                #expect(found == expected.filter(readable.contains), "\(name) in \(file): \(result.standardOutput)")
            }
        }
        #expect(known(text).files[0].faults.map(\.line) == [10, 11, 12, 13, 14])
    }

    @Test func whatIsWrittenIsFoundBySSHKeygen() throws {
        let salt = [UInt8](0..<20)
        let names = ["app@10.0.0.7", "[box]:10022", "box"]
        var text = ""
        for name in names {
            text += try #require(KnownHostsLine(name: name, key: first).text(salt: salt))
            text += try #require(KnownHostsLine(name: name + ".h", key: second, isHashed: true).text(salt: salt))
        }
        let path = try keys.folder.write(text, to: "written")
        for name in names.flatMap({ [$0, $0 + ".h"] }) {
            let result = try CommandResult.of("/usr/bin/ssh-keygen", ["-l", "-F", name, "-f", path])
            let key = name.hasSuffix(".h") ? second : first
            #expect(result.standardOutput.contains(key.fingerprint.description), "\(name): \(result.standardOutput)")
        }
        for name in ["", "a b", "a,b", "*", "!a", "@a", "#a", "|1|x", "a\nb", "ä"] {
            #expect(KnownHostsLine(name: name, key: first).text(salt: salt) == nil, "\(name)")
        }
    }

    /// As `ssh-keygen -R` leaves it, but for lines about several hosts, where it takes the other names away too.
    @Test func aNameIsForgotten() {
        let text =
            "a,b \(first.text) note\n# kept\nb \(second.text)\n\(KnownHostNames.written("b", salt: [UInt8](0..<20))) \(third.text)\nc \(third.text)"
        let left = KnownHostsLine.removing("B", from: Array(text.utf8), path: "k")
        #expect(String(decoding: left, as: UTF8.self) == "a \(first.text) note\n# kept\nc \(third.text)")
        #expect(KnownHostsLine.removing("nobody", from: Array(text.utf8), path: "k") == Array(text.utf8))
    }

    /// A node is known where its name stands by itself; what is revoked is so by a pattern too.
    @Test func patternsAreNotAboutNodes() {
        let hashed = KnownHostNames.written("App@db.internal", salt: [UInt8](0..<20))
        let text = """
            *.internal,app@c.internal \(first.text)
            @revoked *.internal \(third.text)
            \(hashed) \(second.text)

            """
        let nodes = KnownHosts([KnownHostsFile(Array(text.utf8), path: "k")], ofNodes: true)
        #expect(known(text).verdict(on: first, of: "db.internal") == .known(KnownHostsPlace(file: "k", line: 1)))
        #expect(nodes.verdict(on: first, of: "x@db.internal") == .unknown)
        #expect(nodes.verdict(on: first, of: "APP@c.internal") == .known(KnownHostsPlace(file: "k", line: 1)))
        #expect(nodes.verdict(on: second, of: "app@db.internal") == .known(KnownHostsPlace(file: "k", line: 3)))
        #expect(nodes.verdict(on: third, of: "x@db.internal") == .revoked(KnownHostsPlace(file: "k", line: 2)))
    }

    @Test func verdicts() {
        let text =
            "box \(first.text)\nbox \(second.text)\n@revoked * \(third.text)\n@cert-authority *.lan \(first.text)\n"
        #expect(known(text).verdict(on: first, of: "box") == .known(KnownHostsPlace(file: "k", line: 1)))
        #expect(known(text).verdict(on: second, of: "box") == .known(KnownHostsPlace(file: "k", line: 2)))
        #expect(known(text).verdict(on: third, of: "box") == .revoked(KnownHostsPlace(file: "k", line: 3)))
        #expect(known(text).verdict(on: second, of: "other") == .unknown)
        #expect(known(text).verdict(on: first, of: "a.lan") == .onlyAuthority(KnownHostsPlace(file: "k", line: 4)))
        // A key of another algorithm is a change too, as for OpenSSH.
        guard case .changed(let entries) = known("box \(first.text)").verdict(on: second, of: "box") else {
            Issue.record("not changed")
            return
        }
        #expect(entries.map(\.place.line) == [1])
    }

    @Test func algorithmsThatAreKnownComeFirst() {
        let list = HostKeyOrder.usual
        #expect(HostKeyOrder.preferring([], in: list) == list)
        #expect(HostKeyOrder.preferring(["ssh-ed25519", "ssh-rsa"], in: list) == list)
        #expect(
            Array(HostKeyOrder.preferring(["ssh-rsa"], in: list).prefix(3)) == [
                "rsa-sha2-512", "rsa-sha2-256", "ssh-ed25519",
            ])
    }

    /// As files of Windows and of people have them.
    @Test func aLineMayEndInManyWays() {
        for end in ["\r", " ", "\t c\u{301}", " \u{301}"] { #expect(HostKey(text: first.text + end) == first) }
        #expect(HostKey(text: "\t \(first.text)") == first)
    }

    @Test func nonsenseIsNoKey() {
        #expect(HostKey([]) == nil && HostKey([0, 0, 0, 1, 0x41]) == nil)
        #expect(HostKey([0xFF, 0xFF, 0xFF, 0xFF, 0x41, 0x41]) == nil)
        #expect(HostKey([0, 0, 0, 2, 0x41, 0x0A, 1]) == nil)
        #expect(HostKey(text: "ssh-rsa \(first.text.split(separator: " ")[1])") == nil)
        for length in 0..<first.bytes.count where length < 16 { #expect(HostKey(Array(first.bytes[..<length])) == nil) }
    }
}
