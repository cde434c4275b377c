import ErlangTerm
import ErlcluTestSupport
import Testing

@testable import ErlangNode

@Suite struct ErlangHashTests {
    /// Values of `erlang:phash2/1` on OTP 25.
    @Test(arguments: [
        ("a", 97), ("nocookie", 94_791_333), ("secret_cookie_of_production_1234567890", 73_858_464),
        ("XYZ-abc/42", 58_563_746), ("üß", 4255), ("жяü", 14_433_004),
    ])
    func equalsPhash2(atom: String, hash: UInt32) {
        #expect(ErlangHash.phash2(atom: Array(atom.utf8)) == hash)
    }

    /// As a person computes it on the node.
    @Test func toldOfCookies() throws {
        let cookies = ["a", "nocookie", "secret_cookie_of_production_1234567890", "XYZ-abc/42"]
        let atoms = cookies.map { "'\($0)'" }.joined(separator: ",")
        let program = "[io:format(\"~w~n\", [erlang:phash2(C, 1024)]) || C <- [\(atoms)]], halt()."
        let result = try CommandResult.ofSuccessful("erl", ["-noinput", "-eval", program])
        let theirs = result.standardOutput.split(separator: "\n").map(String.init)
        #expect(theirs == cookies.map { "\(ErlangHash.of(cookie: Secret($0)))" })
    }
}
