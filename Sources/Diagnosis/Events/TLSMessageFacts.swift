/// A message of a TLS handshake, with what a person asks of it.
package struct TLSMessageFacts: Hashable, Sendable {
    /// HandshakeType of RFC 8446 §4; nil for what is no handshake message, which `note` then names.
    package var type: UInt8?
    /// "TLS 1.2": those offered in a ClientHello, the chosen one in a ServerHello.
    package var versions: [String]
    /// Suites by their names of the IANA registry: those offered, or the chosen one.
    package var ciphers: [String]
    /// The name that a ClientHello asks for (RFC 6066 §3).
    package var serverName: String?
    /// Anything else, in words.
    package var note: String?

    package init(
        type: UInt8?, versions: [String] = [], ciphers: [String] = [], serverName: String? = nil, note: String? = nil
    ) {
        self.type = type
        self.versions = versions
        self.ciphers = ciphers
        self.serverName = serverName
        self.note = note
    }

    /// An alert that cannot be read for lack of secrets.
    package static let encryptedAlert = TLSMessageFacts(type: nil, note: "encrypted alert")

    /// The RFC's name.
    package var name: String {
        guard let type else { return note ?? "record" }
        return TLSMessageType.name(type)
    }
}
