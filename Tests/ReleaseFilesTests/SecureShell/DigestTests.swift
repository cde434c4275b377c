import ErlcluTestSupport
import Testing

@testable import ReleaseFiles

/// The digests, by openssl's.
@Suite struct DigestTests {
    @Test(arguments: [0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 1000])
    func areThoseOfOpenSSL(length: Int) throws {
        let message = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 3) }
        func expected(_ arguments: [String]) throws -> String {
            let result = try CommandResult.ofSuccessful("/usr/bin/openssl", ["dgst"] + arguments, input: message)
            return String(result.standardOutput.split(separator: " ").last?.dropLast() ?? "")
        }
        #expect(SHA1.digest(message).hexadecimal == (try expected(["-sha1"])))
        #expect(SHA256.digest(message).hexadecimal == (try expected(["-sha256"])))
        for key in [20, 64, 65, 200] {
            let secret = [UInt8](repeating: 0x5A, count: key)
            let code = SHA1.authentication(of: message, key: secret).hexadecimal
            #expect(code == (try expected(["-sha1", "-mac", "HMAC", "-macopt", "hexkey:\(secret.hexadecimal)"])))
        }
    }
}
