/// What an acceptor chose (RFC 8446 §4.1.3).
package struct TLSServerHello: Hashable, Sendable {
    /// The version of the connection.
    package var version: TLSVersion
    package var random: [UInt8]
    package var sessionID: [UInt8]
    package var cipherSuite: TLSCipherSuite
    /// Whether it is a HelloRetryRequest, which asks for another ClientHello.
    package var isRetryRequest: Bool
    /// CBC records are encrypted first and authenticated then (RFC 7366).
    package var encryptsThenAuthenticates: Bool

    /// SHA-256 of "HelloRetryRequest".
    private static let retryRandom: [UInt8] = [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
        0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
    ]

    init(_ body: ArraySlice<UInt8>) throws(TLSMessageFields.EndOfMessage) {
        var fields = TLSMessageFields(body)
        version = TLSVersion(rawValue: try fields.number())
        random = Array(try fields.bytes(32))
        sessionID = Array(try fields.vector(1))
        cipherSuite = TLSCipherSuite(rawValue: try fields.number())
        _ = try fields.bytes(1)
        isRetryRequest = random == Self.retryRandom
        encryptsThenAuthenticates = false
        for (number, body) in try fields.extensions() {
            var fields = TLSMessageFields(body)
            switch number {
            case 22: encryptsThenAuthenticates = true
            case 43: version = TLSVersion(rawValue: try fields.number())
            default: break
            }
        }
    }
}
