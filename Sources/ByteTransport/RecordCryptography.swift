/// What a library of ciphers does for the reading of records. It is handed in, so that nothing here names a library.
///
/// nil is the answer to all that cannot be done: a record that does not authenticate, a key of the wrong length.
package protocol RecordCryptography: Sendable {
    /// HMAC (RFC 2104).
    func authenticationCode(_ hash: TLSHash, key: [UInt8], message: [UInt8]) -> [UInt8]?

    /// Opens what an authenticated cipher sealed.
    /// - Parameter sealed: the ciphertext with its tag behind it.
    func open(
        _ cipher: TLSAuthenticatedCipher, key: [UInt8], nonce: [UInt8], associated: [UInt8], sealed: ArraySlice<UInt8>
    ) -> [UInt8]?

    /// AES-CBC; the padding is left where it is.
    func decryptBlocks(key: [UInt8], vector: [UInt8], blocks: ArraySlice<UInt8>) -> [UInt8]?
}

package enum TLSHash: Hashable, Sendable {
    case sha1
    case sha256
    case sha384

    /// Bytes of a digest.
    package var count: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        }
    }
}

package enum TLSAuthenticatedCipher: Hashable, Sendable, CaseIterable {
    case aes128GCM
    case aes256GCM
    case aes128CCM
    case aes256CCM
    /// With a tag of eight bytes.
    case aes128CCM8
    case aes256CCM8
    case chaCha20Poly1305

    package var keyBytes: Int {
        switch self {
        case .aes128GCM, .aes128CCM, .aes128CCM8: 16
        case .aes256GCM, .aes256CCM, .aes256CCM8, .chaCha20Poly1305: 32
        }
    }

    package var tagBytes: Int { self == .aes128CCM8 || self == .aes256CCM8 ? 8 : 16 }
}
