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
}
