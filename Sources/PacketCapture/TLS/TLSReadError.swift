/// Why a direction of a conversation is not read further.
package enum TLSReadError: Error, Hashable, Sendable {
    /// Bytes are missing in between.
    case gap
    /// The bytes are no record's header; these are they.
    case notTLS([UInt8])
    /// A record beyond what the protocol allows.
    case recordTooLong(Int)
    /// A handshake message beyond what anybody takes.
    case messageTooLong(type: UInt8, length: Int)
    /// A handshake message whose inner lengths do not fit.
    case malformed(type: UInt8)
    /// An alert that is not two bytes long, or a record of a type that cannot stand there.
    case unexpected(contentType: UInt8)
    /// A hello from the end that does not send it.
    case wrongDirection(type: UInt8)
    /// The stream ends within a record.
    case truncated
}

extension TLSReadError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .gap: "packets are missing from the capture"
        case .notTLS: "what follows is not TLS"
        case .recordTooLong(let length): "a TLS record of \(length) bytes, more than the protocol allows"
        case .messageTooLong(let type, let length): "a TLS handshake message (type \(type)) of \(length) bytes"
        case .malformed(let type): "a TLS handshake message (type \(type)) with lengths that do not fit"
        case .unexpected(let type): "a TLS record of type \(type) that cannot stand there"
        case .wrongDirection(let type): "a TLS handshake message (type \(type)) from the end that does not send it"
        case .truncated: "the stream ends within a TLS record"
        }
    }
}

/// Why records stay closed.
package enum TLSObstacle: Hashable, Sendable {
    /// Nobody gave the secrets of this connection.
    case noSecrets
    /// A record does not open with the secrets that were given.
    case wrongSecrets
    case unsupportedCipher(TLSCipherSuite)
    case unsupportedVersion(TLSVersion)
    /// There is no library for it.
    case noCryptography
    /// The hellos are not in the capture.
    case noBeginning
}

extension TLSObstacle: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noSecrets: "encrypted, and the secrets of this connection are not known"
        case .wrongSecrets: "encrypted, and the secrets given do not open it"
        case .unsupportedCipher(let suite): "encrypted with \(suite.name), which is not decrypted here"
        case .unsupportedVersion(let version): "encrypted under \(version.name), which is not decrypted here"
        case .noCryptography: "encrypted, and OpenSSL is not there to decrypt it"
        case .noBeginning: "encrypted, and the beginning of the connection is not in the capture"
        }
    }
}
