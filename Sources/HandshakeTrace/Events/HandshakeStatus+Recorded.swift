package import DistributionProtocol

extension HandshakeStatus {
    /// The status of these words, as `description` has them.
    package init(recorded words: String, creation: UInt32? = nil) {
        let plain: [HandshakeStatus] = [.ok, .okSimultaneous, .nok, .notAllowed, .alive, .true, .false]
        if let status = plain.first(where: { $0.description == words }) {
            self = status
        } else if words.hasPrefix("named:") {
            self = .named(String(words.dropFirst(6)), creation: creation ?? 0)
        } else {
            self = .unknown(words)
        }
    }
}
