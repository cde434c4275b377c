import ByteTransport

/// Opens the records of one direction under one key, in the order in which they were sealed.
struct TLSRecordProtection: Sendable {
    /// What a sealed record held.
    struct Content {
        var type: UInt8
        var bytes: ArraySlice<UInt8>
    }

    private let suite: TLSSuiteProtection
    private let isThirteen: Bool
    private let encryptsThenAuthenticates: Bool
    private let cryptography: any RecordCryptography
    private let key: [UInt8]
    /// The whole nonce's mask, or the first four bytes of it (GCM and CCM under TLS 1.2).
    private let vector: [UInt8]
    private let codeKey: [UInt8]
    private var sequence: UInt64 = 0
    /// Of TLS 1.3: what the next key comes from.
    private let secret: [UInt8]

    /// TLS 1.3 (RFC 8446 §7.3): keys of a traffic secret.
    init?(suite: TLSSuiteProtection, trafficSecret: [UInt8], cryptography: any RecordCryptography) {
        let derivation = TLSKeyDerivation(hash: suite.derivationHash, cryptography: cryptography)
        guard let key = derivation.expandLabel(trafficSecret, "key", count: suite.keyBytes),
            let vector = derivation.expandLabel(trafficSecret, "iv", count: 12)
        else { return nil }
        (self.suite, self.cryptography, self.key, self.vector) = (suite, cryptography, key, vector)
        (isThirteen, encryptsThenAuthenticates, codeKey, secret) = (true, false, [], trafficSecret)
    }

    /// TLS 1.2 (RFC 5246 §6.3): one direction's part of the key block.
    init?(
        suite: TLSSuiteProtection, direction: FlowDirection, master: [UInt8], clientRandom: [UInt8],
        serverRandom: [UInt8], encryptsThenAuthenticates: Bool, cryptography: any RecordCryptography
    ) {
        let (codeBytes, vectorBytes): (Int, Int) =
            switch suite.algorithm {
            case .sealed(.chaCha20Poly1305): (0, 12)
            case .sealed: (0, 4)
            case .blocks, .none: (suite.codeHash.count, 0)
            }
        let derivation = TLSKeyDerivation(hash: suite.derivationHash, cryptography: cryptography)
        let lengths = [codeBytes, codeBytes, suite.keyBytes, suite.keyBytes, vectorBytes, vectorBytes]
        guard
            let block = derivation.expand(
                master, label: "key expansion", seed: serverRandom + clientRandom, count: lengths.reduce(0, +))
        else { return nil }
        var rest = block[...]
        var parts: [[UInt8]] = []
        for length in lengths {
            parts.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        let own = direction == .fromInitiator ? 0 : 1
        (codeKey, key, vector) = (parts[own], parts[2 + own], parts[4 + own])
        (self.suite, self.cryptography, secret) = (suite, cryptography, [])
        (isThirteen, self.encryptsThenAuthenticates) = (false, encryptsThenAuthenticates)
    }

    /// The key after this one (RFC 8446 §7.2).
    func updated() -> TLSRecordProtection? {
        let derivation = TLSKeyDerivation(hash: suite.derivationHash, cryptography: cryptography)
        guard let next = derivation.expandLabel(secret, "traffic upd", count: suite.derivationHash.count) else {
            return nil
        }
        return TLSRecordProtection(suite: suite, trafficSecret: next, cryptography: cryptography)
    }

    /// - Returns: nil when the record does not authenticate; it may then be tried again under another key.
    mutating func open(_ record: TLSRecord) -> Content? {
        guard let bytes = isThirteen ? openThirteen(record) : openTwelve(record) else { return nil }
        sequence &+= 1
        guard isThirteen else { return Content(type: record.type, bytes: bytes) }
        // Behind the content stand its type and padding of zeros.
        guard let end = bytes.lastIndex(where: { $0 != 0 }) else { return nil }
        return Content(type: bytes[end], bytes: bytes[..<end])
    }

    private func openThirteen(_ record: TLSRecord) -> ArraySlice<UInt8>? {
        guard case .sealed(let cipher) = suite.algorithm else { return nil }
        return cryptography.open(
            cipher, key: key, nonce: maskedNonce, associated: record.header, sealed: record.fragment[...]
        ).map { $0[...] }
    }

    private func openTwelve(_ record: TLSRecord) -> ArraySlice<UInt8>? {
        switch suite.algorithm {
        case .sealed(let cipher):
            let explicitBytes = cipher == .chaCha20Poly1305 ? 0 : 8
            guard record.fragment.count >= explicitBytes + cipher.tagBytes else { return nil }
            let explicit = record.fragment.prefix(explicitBytes)
            let sealed = record.fragment.dropFirst(explicitBytes)
            let associated = pseudoHeader(record, count: sealed.count - cipher.tagBytes)
            let nonce = explicitBytes == 0 ? maskedNonce : vector + explicit
            return cryptography.open(cipher, key: key, nonce: nonce, associated: associated, sealed: sealed)
                .map { $0[...] }
        case .blocks:
            return encryptsThenAuthenticates ? openAuthenticatedBlocks(record) : openBlocks(record)
        case .none:
            return authenticated(record, record.fragment[...])
        }
    }

    /// RFC 7366: the code is that of the vector and the ciphertext.
    private func openAuthenticatedBlocks(_ record: TLSRecord) -> ArraySlice<UInt8>? {
        guard let blocks = authenticated(record, record.fragment[...]), let plain = decrypted(blocks) else {
            return nil
        }
        return withoutPadding(plain)
    }

    /// RFC 5246 §6.2.3.2: the code is that of the content, and encrypted with it.
    private func openBlocks(_ record: TLSRecord) -> ArraySlice<UInt8>? {
        guard let plain = decrypted(record.fragment[...]), let content = withoutPadding(plain) else { return nil }
        return authenticated(record, content)
    }

    private func decrypted(_ fragment: ArraySlice<UInt8>) -> [UInt8]? {
        guard fragment.count >= 32, fragment.count % 16 == 0 else { return nil }
        return cryptography.decryptBlocks(
            key: key, vector: Array(fragment.prefix(16)), blocks: fragment.dropFirst(16))
    }

    /// Each byte of the padding, the last one included, says how many others there are.
    private func withoutPadding(_ plain: [UInt8]) -> ArraySlice<UInt8>? {
        guard let count = plain.last, Int(count) < plain.count,
            plain.suffix(Int(count) + 1).allSatisfy({ $0 == count })
        else { return nil }
        return plain.dropLast(Int(count) + 1)
    }

    /// The bytes in front of the code, when it is theirs.
    private func authenticated(_ record: TLSRecord, _ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let codeBytes = suite.codeHash.count
        guard bytes.count >= codeBytes else { return nil }
        let content = bytes.dropLast(codeBytes)
        let message = pseudoHeader(record, count: content.count) + content
        guard let code = cryptography.authenticationCode(suite.codeHash, key: codeKey, message: message),
            code.elementsEqual(bytes.suffix(codeBytes))
        else { return nil }
        return content
    }

    /// What a code is made of besides the content: the record's number and header, with the content's length.
    private func pseudoHeader(_ record: TLSRecord, count: Int) -> [UInt8] {
        sequenceBytes + TLSRecord.header(type: record.type, version: record.version, count: count)
    }

    private var sequenceBytes: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: sequence >> (56 - 8 * UInt64($0))) }
    }

    private var maskedNonce: [UInt8] {
        var nonce = vector
        for (index, byte) in sequenceBytes.enumerated() where nonce.count == 12 { nonce[4 + index] ^= byte }
        return nonce
    }
}
