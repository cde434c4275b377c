import ErlangTerm
import Testing

@testable import DistributionProtocol

@Suite struct ChallengeDigestTests {
    /// RFC 1321, appendix A.5, and `erlang:md5/1` around the block's end.
    @Test(arguments: [
        ("", "d41d8cd98f00b204e9800998ecf8427e"),
        ("a", "0cc175b9c0f1b6a831c399e269772661"),
        ("abc", "900150983cd24fb0d6963f7d28e17f72"),
        ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
        (
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
            "d174ab98d277d9f5a5611c2c9f419d9f"
        ),
        (
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
            "57edf4a22be3c955ac49da2e2107b67a"
        ),
        (String(repeating: "x", count: 55), "04364420e25c512fd958a70738aa8f72"),
        (String(repeating: "x", count: 56), "668a72d5ba17f08e62dabcafad6db14b"),
        (String(repeating: "x", count: 63), "7dc2ca208106a2f703567bdff99d8981"),
        (String(repeating: "x", count: 64), "c1bb4f81d892b2d57947682aeb252456"),
        (String(repeating: "x", count: 1000), "398533d48111e9f664b1f64cb10c4b63"),
    ])
    func md5(_ text: String, _ digest: String) {
        #expect(MD5.digest(Array(text.utf8)) == [UInt8](hex: digest))
    }

    @Test func cookieAndDecimalChallenge() {
        let digest = ChallengeDigest(cookie: Secret("distcookie"), challenge: 0x0102_0304)
        #expect(digest.bytes == [UInt8](hex: "80812e1585474d2830fefdc9aa49b43f"))
    }

    @Test func everyBitCounts() throws {
        let digest = ChallengeDigest(cookie: Secret("monster"), challenge: 1)
        #expect(digest.matches(ChallengeDigest(cookie: Secret("monster"), challenge: 1)))
        for bit in 0..<128 {
            var bytes = digest.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            let other = try #require(ChallengeDigest(received: bytes[...]))
            #expect(!digest.matches(other))
        }
        #expect(ChallengeDigest(received: digest.bytes.dropLast()) == nil)
    }

    @Test func nothingPrintsASecret() {
        let secret = Secret("monster")
        let digest = ChallengeDigest(cookie: secret, challenge: 1)
        var dumped = ""
        dump([secret], to: &dumped)
        dump(digest, to: &dumped)
        dump(InitiatorHandshake.Configuration.test(), to: &dumped)
        let texts = ["\(secret)", String(reflecting: secret), "\(digest)", String(reflecting: [digest]), dumped]
        for text in texts {
            #expect(!text.contains("monster"))
            #expect(!text.contains("109, 111"))
            #expect(!text.contains("- 109"))
        }
    }
}
