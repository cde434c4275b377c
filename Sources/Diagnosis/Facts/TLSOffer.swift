/// What our side offers in a handshake, in words for people.
package struct TLSOffer: Hashable, Sendable {
    /// "TLS 1.2", "TLS 1.3", lowest first.
    package var versions: [String]
    /// The list that was configured; nil for the library's own.
    package var ciphers: String?

    package init(versions: [String], ciphers: String?) {
        self.versions = versions
        self.ciphers = ciphers
    }
}
