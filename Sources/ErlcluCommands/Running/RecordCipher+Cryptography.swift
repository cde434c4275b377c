package import PacketCapture
package import TLSTransport

/// OpenSSL as the reader of records wants it.
extension RecordCipher: RecordCryptography {
    package func authenticationCode(_ hash: TLSHash, key: [UInt8], message: [UInt8]) -> [UInt8]? {
        let hash: Hash =
            switch hash {
            case .sha1: .sha1
            case .sha256: .sha256
            case .sha384: .sha384
            }
        return authenticationCode(hash, key: key, message: message)
    }

    package func open(
        _ cipher: TLSAuthenticatedCipher, key: [UInt8], nonce: [UInt8], associated: [UInt8], sealed: ArraySlice<UInt8>
    ) -> [UInt8]? {
        let algorithm: Authenticated =
            switch cipher {
            case .aes128GCM: .aes128GCM
            case .aes256GCM: .aes256GCM
            case .aes128CCM, .aes128CCM8: .aes128CCM(tagBytes: cipher.tagBytes)
            case .aes256CCM, .aes256CCM8: .aes256CCM(tagBytes: cipher.tagBytes)
            case .chaCha20Poly1305: .chaCha20Poly1305
            }
        return open(algorithm, key: key, nonce: nonce, associated: associated, sealed: sealed)
    }
}
