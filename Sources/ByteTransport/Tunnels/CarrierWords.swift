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

    /// What the program says in the place of the peer.
    var failure: TunnelFailure? { words.flatMap { carrier.failure(saying: Self.said($0)) } }

    static func said(_ words: String) -> String { "its program says '\(words)'" }

    /// The text that came first, in one line; nil where none did. epmd, a node and TLS all have a byte below 0x20 among
    /// their first four; the greeting of SSH is a line, and what stands before it may be the host's as well.
    var words: String? {
        var text = bytes.prefix(while: Self.isOfText)
        // Whole lines before something else: a program that talks first, and carries then.
        if text.count < bytes.count { text = text.prefix((text.lastIndex(of: 0x0A) ?? -1) + 1) }
        guard text.count >= Self.least else { return nil }
        let lines = text.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
        guard !lines.contains(where: { $0.starts(with: Array("SSH-".utf8)) }) else { return nil }
        let words = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.isEmpty ? nil : String(words.prefix(Self.shown))
    }

    /// Colours and bells are of text too.
    private static func isOfText(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F || (0x07...0x0D).contains(byte) || byte == 0x1B
    }
}
