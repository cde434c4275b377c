internal import Diagnosis

/// The first bytes that a carrier's program hands over: the peer's, or words of its own.
struct CarrierWords {
    private static let limit = 256
    /// epmd answers with two bytes, the first of which is a letter.
    private static let least = 4
    private static let shown = 120

    private let carrier: any StreamCarrier
    private var bytes: [UInt8] = []

    /// - Returns: nil for a carrier that never says anything itself.
    init?(of carrier: any StreamCarrier) {
        guard carrier.failure(saying: "") != nil else { return nil }
        self.carrier = carrier
    }

    mutating func take(_ more: UnsafeRawBufferPointer) {
        if bytes.count < Self.limit { bytes += more.prefix(Self.limit - bytes.count) }
    }

    /// Where they are text. epmd, a node and TLS all have a byte below 0x20 among their first four.
    var failure: TunnelFailure? {
        guard bytes.count >= Self.least, bytes.allSatisfy(Self.isOfText) else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.isEmpty ? nil : carrier.failure(saying: String(words.prefix(Self.shown)))
    }

    /// Colours and bells are of text too.
    private static func isOfText(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F || (0x07...0x0D).contains(byte) || byte == 0x1B
    }
}
