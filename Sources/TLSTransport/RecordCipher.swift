package import ByteTransport
internal import COpenSSL

/// OpenSSL's ciphers of TLS records, for records of connections that are not our own: what a key log opens.
package struct RecordCipher: RecordCryptography {
    /// - Throws: `.libraryMissing`.
    package init() throws(TLSConfigurationError) { try LibraryStart.ensure() }

    /// HMAC (RFC 2104); nil when the library refuses.
    package func authenticationCode(_ hash: TLSHash, key: [UInt8], message: [UInt8]) -> [UInt8]? {
        let digest =
            switch hash {
            case .sha1: EVP_sha1()
            case .sha256: EVP_sha256()
            case .sha384: EVP_sha384()
            }
        var code = [UInt8](repeating: 0, count: hash.count)
        // A null pointer would mean the key of the call before.
        let given = key.isEmpty ? [0] : key
        return HMAC(digest, given, Int32(clamping: key.count), message, message.count, &code, nil) == nil ? nil : code
    }

    /// Opens `sealed`, ciphertext with its tag behind it; nil when it does not authenticate, or key or nonce have
    /// the wrong length.
    package func open(
        _ cipher: TLSAuthenticatedCipher, key: [UInt8], nonce: [UInt8], associated: [UInt8], sealed: ArraySlice<UInt8>
    ) -> [UInt8]? {
        let algorithm =
            switch cipher {
            case .aes128GCM: EVP_aes_128_gcm()
            case .aes256GCM: EVP_aes_256_gcm()
            case .aes128CCM, .aes128CCM8: EVP_aes_128_ccm()
            case .aes256CCM, .aes256CCM8: EVP_aes_256_ccm()
            case .chaCha20Poly1305: EVP_chacha20_poly1305()
            }
        let tagBytes = cipher.tagBytes
        guard key.count == cipher.keyBytes, nonce.count == 12, sealed.count >= tagBytes,
            let context = EVP_CIPHER_CTX_new()
        else { return nil }
        defer {
            EVP_CIPHER_CTX_free(context)
            LibraryErrors.clear()
        }
        let ciphertext = Array(sealed.dropLast(tagBytes))
        var tag = Array(sealed.suffix(tagBytes))
        var plain = [UInt8](repeating: 0, count: ciphertext.count + 16)
        var count: Int32 = 0
        guard EVP_DecryptInit_ex(context, algorithm, nil, nil, nil) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, 12, nil) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagBytes), &tag) == 1,
            EVP_DecryptInit_ex(context, nil, nil, key, nonce) == 1
        else { return nil }
        switch cipher {
        case .aes128CCM, .aes256CCM, .aes128CCM8, .aes256CCM8:
            // CCM gets the length before anything else, and checks the tag in one go with the text.
            guard EVP_DecryptUpdate(context, nil, &count, nil, Int32(ciphertext.count)) == 1,
                EVP_DecryptUpdate(context, nil, &count, associated, Int32(associated.count)) == 1,
                EVP_DecryptUpdate(context, &plain, &count, ciphertext, Int32(ciphertext.count)) == 1
            else { return nil }
        case .aes128GCM, .aes256GCM, .chaCha20Poly1305:
            guard EVP_DecryptUpdate(context, nil, &count, associated, Int32(associated.count)) == 1,
                EVP_DecryptUpdate(context, &plain, &count, ciphertext, Int32(ciphertext.count)) == 1
            else { return nil }
            var rest: Int32 = 0
            var end = [UInt8](repeating: 0, count: 16)
            guard EVP_DecryptFinal_ex(context, &end, &rest) == 1 else { return nil }
        }
        plain.removeLast(16)
        return plain
    }

    /// AES-CBC under a key of 16 or 32 bytes, padding and all; nil when the lengths do not fit.
    package func decryptBlocks(key: [UInt8], vector: [UInt8], blocks: ArraySlice<UInt8>) -> [UInt8]? {
        guard key.count == 16 || key.count == 32, vector.count == 16, blocks.count % 16 == 0,
            let context = EVP_CIPHER_CTX_new()
        else { return nil }
        defer {
            EVP_CIPHER_CTX_free(context)
            LibraryErrors.clear()
        }
        let ciphertext = Array(blocks)
        var plain = [UInt8](repeating: 0, count: ciphertext.count + 16)
        var count: Int32 = 0
        guard
            EVP_DecryptInit_ex(
                context, key.count == 16 ? EVP_aes_128_cbc() : EVP_aes_256_cbc(), nil, key, vector) == 1,
            EVP_CIPHER_CTX_set_padding(context, 0) == 1,
            EVP_DecryptUpdate(context, &plain, &count, ciphertext, Int32(ciphertext.count)) == 1
        else { return nil }
        return Array(plain.prefix(Int(count)))
    }
}
