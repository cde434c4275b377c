package import ErlangTerm

/// What proves that a node knows the cookie: MD5 of the cookie and the other's challenge in decimal
/// (`dist_util:gen_digest/2`).
package struct ChallengeDigest: Sendable, CustomStringConvertible, CustomReflectable {
    static let byteCount = 16

    let bytes: [UInt8]

    init?(received bytes: ArraySlice<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// - Parameter challenge: the number that the verifying side sent.
    package init(cookie: Secret, challenge: UInt32) {
        self.bytes = MD5.digest(cookie.bytes + Array(String(challenge).utf8))
    }

    /// Takes the same time wherever the first difference is, so that a peer cannot guess byte by byte.
    package func matches(_ other: ChallengeDigest) -> Bool {
        var difference: UInt8 = 0
        for (left, right) in zip(bytes, other.bytes) { difference |= left ^ right }
        return difference == 0 && bytes.count == other.bytes.count
    }

    /// A digest of a weak cookie can be reversed, so it is not shown either.
    package var description: String { "<digest>" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
