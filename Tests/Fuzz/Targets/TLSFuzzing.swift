import ByteTransport
import HandshakeTrace
import PacketCapture

/// Promises of the reading of TLS connections. An input is a row of pieces: two bytes of direction and length, and as
/// many bytes. The ciphers are sham ones that open every record, so that the fuzzer comes behind them.
enum TLSFuzzing {
    private static let bufferLimit = 3 << 20

    static func run(_ input: [UInt8]) throws(FuzzFinding) {
        guard let chunks = ChunkedInput(input) else { return }
        if chunks.variant & 4 != 0 { return try keyLog(chunks) }
        let pieces = pieces(chunks.bytes)
        let hellos = try outputs(pieces, size: nil, TLSSecrets())
        var secrets = TLSSecrets()
        if chunks.variant & 1 != 0 { secrets = shamSecrets(for: hellos.randoms) }
        secrets.mayGrow = chunks.variant & 2 != 0
        let whole = try outputs(pieces, size: nil, secrets)
        let torn = try outputs(pieces, size: chunks.size, secrets)
        try FuzzFinding.check(whole.told == torn.told, "what is told depends on the chunks")
    }

    private static func pieces(_ bytes: ArraySlice<UInt8>) -> [(FlowDirection, ArraySlice<UInt8>)] {
        var pieces: [(FlowDirection, ArraySlice<UInt8>)] = []
        var rest = bytes
        while let first = rest.popFirst(), let second = rest.popFirst() {
            let length = Int(first & 0x7F) << 8 | Int(second)
            pieces.append((first & 0x80 == 0 ? .fromInitiator : .fromAcceptor, rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return pieces
    }

    private static func outputs(
        _ pieces: [(FlowDirection, ArraySlice<UInt8>)], size: Int?, _ secrets: TLSSecrets
    ) throws(FuzzFinding) -> (told: [TLSOutput], randoms: [[UInt8]]) {
        var conversation = TLSConversation(cryptography: ShamCiphers())
        var told: [TLSOutput] = []
        var (count, plaintext) = (0, 0)
        for (index, piece) in pieces.enumerated() {
            var rest = piece.1
            while !rest.isEmpty {
                let chunk = rest.prefix(size ?? rest.count)
                rest = rest.dropFirst(chunk.count)
                count += chunk.count
                told += conversation.received(chunk, from: piece.0, at: Int64(index), secrets: secrets)
                try FuzzFinding.check(
                    conversation.bufferedBytes <= min(2 * count, bufferLimit), "\(conversation.bufferedBytes) kept")
            }
        }
        told += conversation.closed(at: Int64(pieces.count))
        for case .plaintext(let bytes) in told.map(\.content) { plaintext += bytes.count }
        try FuzzFinding.check(plaintext <= count, "more is told than was said")
        try FuzzFinding.check(told.count <= count + 4, "more is told than was said")
        return (told, conversation.clientRandoms)
    }

    private static func shamSecrets(for randoms: [[UInt8]]) -> TLSSecrets {
        var secrets = TLSSecrets()
        let labels = [
            "CLIENT_RANDOM", "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET",
            "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0",
        ]
        for random in randoms {
            let digits = random.map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined()
            for label in labels { secrets.add(keyLog: "\(label) \(digits) 00\n".utf8) }
        }
        return secrets
    }

    /// A key log says the same however it is torn, and what is passed on can be read again.
    private static func keyLog(_ chunks: ChunkedInput) throws(FuzzFinding) {
        var (torn, whole) = (TLSSecrets(), TLSSecrets())
        var tornCount = 0
        try chunks.forEachChunk { (bytes) throws(FuzzFinding) in
            tornCount += torn.add(keyLog: bytes)
            return true
        }
        let wholeCount = whole.add(keyLog: chunks.bytes)
        try FuzzFinding.check(tornCount == wholeCount, "lines depend on the chunks")
        try FuzzFinding.check(torn.endOfKeyLog() == whole.endOfKeyLog(), "the last line depends on the chunks")
        try FuzzFinding.check(torn.isEmpty == whole.isEmpty, "secrets depend on the chunks")
    }
}

/// Opens whatever it is given.
private struct ShamCiphers: RecordCryptography {
    func authenticationCode(_ hash: TLSHash, key: [UInt8], message: [UInt8]) -> [UInt8]? {
        [UInt8](repeating: 0, count: hash.count)
    }

    func open(
        _ cipher: TLSAuthenticatedCipher, key: [UInt8], nonce: [UInt8], associated: [UInt8], sealed: ArraySlice<UInt8>
    ) -> [UInt8]? {
        guard key.count == cipher.keyBytes, nonce.count == 12, sealed.count >= cipher.tagBytes else { return nil }
        return Array(sealed.dropLast(cipher.tagBytes))
    }

    func decryptBlocks(key: [UInt8], vector: [UInt8], blocks: ArraySlice<UInt8>) -> [UInt8]? { Array(blocks) }
}
