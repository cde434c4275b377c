extension HandshakeMessage {
    /// Decodes a message without its length. Bytes behind the last field are skipped, as OTP does: they are room for
    /// later extensions.
    ///
    /// - Parameter expected: which message it is to be: `N` begins a name as well as a challenge.
    init(_ bytes: [UInt8], expecting expected: HandshakeMessageKind) throws(HandshakeFailure.Reason) {
        guard let tag = bytes.first else { throw .malformed(expected, "it is empty") }
        guard Self.tags(of: expected).contains(tag) else { throw .unexpectedMessage(tag: tag, expected: expected) }
        var reader = ByteReader(bytes.dropFirst())
        do throws(ByteReader.EndOfMessage) {
            self = try Self.read(tag: tag, as: expected, from: &reader)
        } catch {
            throw .malformed(expected, "it ends after \(bytes.count) bytes")
        }
        try checkName()
    }

    private static func tags(of kind: HandshakeMessageKind) -> [UInt8] {
        switch kind {
        case .name, .challenge: [UInt8(ascii: "N"), UInt8(ascii: "n")]
        case .status: [UInt8(ascii: "s")]
        case .complement: [UInt8(ascii: "c")]
        case .challengeReply: [UInt8(ascii: "r")]
        case .challengeAck: [UInt8(ascii: "a")]
        }
    }

    private static func read(
        tag: UInt8, as kind: HandshakeMessageKind, from reader: inout ByteReader
    ) throws(ByteReader.EndOfMessage) -> HandshakeMessage {
        let isOld = tag == UInt8(ascii: "n")
        switch kind {
        case .name where isOld:
            return .oldName(
                version: try reader.integer(), flags: try oldFlags(&reader), name: text(reader.remaining))
        case .name:
            return .name(flags: try flags(&reader), creation: try reader.integer(), name: try countedText(&reader))
        case .status:
            return .status(try status(&reader))
        case .challenge where isOld:
            return .oldChallenge(
                version: try reader.integer(), flags: try oldFlags(&reader), challenge: try reader.integer(),
                name: text(reader.remaining))
        case .challenge:
            return .challenge(
                flags: try flags(&reader), challenge: try reader.integer(), creation: try reader.integer(),
                name: try countedText(&reader))
        case .complement:
            return .complement(flagsHigh: try reader.integer(), creation: try reader.integer())
        case .challengeReply:
            return .challengeReply(challenge: try reader.integer(), digest: try digest(&reader))
        case .challengeAck:
            return .challengeAck(digest: try digest(&reader))
        }
    }

    private static func status(_ reader: inout ByteReader) throws(ByteReader.EndOfMessage) -> HandshakeStatus {
        let named = Array("named:".utf8)
        guard !reader.remaining.starts(with: named) else {
            _ = try reader.take(named.count)
            return .named(try countedText(&reader), creation: try reader.integer())
        }
        let words = text(reader.remaining)
        let known: [HandshakeStatus] = [.ok, .okSimultaneous, .nok, .notAllowed, .alive, .true, .false]
        return known.first { $0.description == words } ?? .unknown(words)
    }

    private static func flags(_ reader: inout ByteReader) throws(ByteReader.EndOfMessage) -> DistributionFlags {
        DistributionFlags(rawValue: try reader.integer())
    }

    private static func oldFlags(_ reader: inout ByteReader) throws(ByteReader.EndOfMessage) -> DistributionFlags {
        DistributionFlags(rawValue: UInt64(try reader.integer(UInt32.self)))
    }

    private static func digest(_ reader: inout ByteReader) throws(ByteReader.EndOfMessage) -> ChallengeDigest {
        guard let digest = ChallengeDigest(received: try reader.take(ChallengeDigest.byteCount)) else {
            throw ByteReader.EndOfMessage()
        }
        return digest
    }

    private static func countedText(_ reader: inout ByteReader) throws(ByteReader.EndOfMessage) -> String {
        text(try reader.take(Int(try reader.integer(UInt16.self))))
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    private func checkName() throws(HandshakeFailure.Reason) {
        let name: String
        switch self {
        case .name(_, _, let text), .oldName(_, _, let text): name = text
        case .challenge(_, _, _, let text), .oldChallenge(_, _, _, let text): name = text
        case .status(.named(let text, _)): name = text
        case .status, .complement, .challengeReply, .challengeAck: return
        }
        guard name.unicodeScalars.count <= NodeName.maximumCharacters else {
            throw .malformed(kind, "the name has more than \(NodeName.maximumCharacters) characters")
        }
        guard !name.isEmpty else { throw .malformed(kind, "the name is empty") }
    }
}
