internal import Diagnosis

/// The first bytes that a carrier's program hands over: the peer's, or words of its own.
struct CarrierWords {
    private let carrier: any StreamCarrier
    private var bytes: [UInt8] = []

    /// - Returns: nil for a carrier that never says anything itself.
    init?(of carrier: any StreamCarrier) {
        guard carrier.failure(saying: "") != nil else { return nil }
        self.carrier = carrier
    }

    mutating func take(_ more: UnsafeRawBufferPointer) {
        if bytes.count < OpeningWords.limit { bytes += more.prefix(OpeningWords.limit - bytes.count) }
    }

    /// What the program says in the place of the peer.
    var failure: TunnelFailure? { words.flatMap { carrier.failure(saying: Self.said($0)) } }

    static func said(_ words: String) -> String { "its program says '\(words)'" }

    /// The text that came first, in one line; nil where none did.
    var words: String? { OpeningWords.of(bytes) }
}
