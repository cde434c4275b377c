import Diagnosis
import ErlangNode
import HandshakeTrace
import Testing

@Suite struct AttemptFilterTests {
    @Test(arguments: [
        ("*", "", true), ("*", "a", true), ("", "", true), ("", "a", false), ("a", "a", true), ("a", "A", false),
        ("a", "ab", false), ("a*", "a", true), ("a*c", "abc", true), ("a*c", "abcd", false), ("a*b*c", "axbybc", true),
        ("*@h", "a@h", true), ("?@h", "ab@h", false), ("??@h", "ab@h", true), ("app@10.0.*", "app@10.0.0.7", true),
        ("app@10.0.*", "app@10.1.0.7", false), ("**", "x", true), ("*a*", "bab", true), ("é?", "éa", true),
        ("[a]", "a", false),
    ])
    func globs(_ pattern: String, _ name: String, _ fits: Bool) {
        #expect(NameGlob(pattern).matches(name) == fits)
    }

    /// Linear for each star: nothing is tried over and over.
    @Test func manyStarsAreNoTrouble() {
        let pattern = NameGlob(String(repeating: "a*", count: 200) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 5_000)))
    }

    private static func party(_ name: String?, _ host: String? = nil) -> Party {
        Party(name: name, address: host.map { Endpoint(host: $0, port: 4000) })
    }

    /// Who is known by name fits by name or address. Who is not may be the one that is asked for, unless the pattern is
    /// of addresses and its own is another.
    @Test(
        arguments: [
            ("a@h", party("a@h"), party("b@h"), .yes), ("a@h", party("c@h"), party("b@h"), .no),
            ("10.0.0.*", party("c@h", "10.0.0.9"), party("b@h"), .yes), ("a@h", party(nil), party("b@h"), .perhaps),
            ("a@h", party(nil, "10.0.0.9"), party("b@h"), .perhaps),
            ("b@h", party(nil, "10.0.0.9"), party("b@h"), .yes),
            ("app@10.0.*", party(nil, "10.0.0.9"), party("b@h"), .perhaps),
            ("app@10.0.*", party(nil, "10.1.0.9"), party("b@h"), .no),
            ("10.0.*", party(nil, "10.1.0.9"), party("b@h"), .no),
            ("app@10.0.*", party(nil), party("b@h"), .perhaps),
            ("app@fd00:*", party(nil, "fd01::1"), party("b@h"), .no),
            ("app@fd00:*", party(nil, "fd00::1"), party("b@h"), .perhaps),
            ("app1*", party(nil, "10.1.0.9"), party("b@h"), .perhaps),
            ("app@web-1.example", party(nil, "10.1.0.9"), party("b@h"), .perhaps),
            ("*", party(nil), party(nil), .perhaps), ("*", party("a@h"), party(nil), .yes),
        ] as [(String, Party, Party, AttemptFilter.Fit)])
    func filters(_ pattern: String, _ initiator: Party, _ acceptor: Party, _ fit: AttemptFilter.Fit) {
        #expect(AttemptFilter(peer: NameGlob(pattern)).fit(initiator, acceptor) == fit)
        #expect(AttemptFilter().fit(initiator, acceptor) == .yes)
    }
}
