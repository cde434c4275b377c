/// A TLS alert; the event's sender says whose it is.
package struct AlertFacts: Hashable, Sendable {
    /// 1 warning, 2 fatal.
    package var level: UInt8
    /// RFC 8446 §6.
    package var description: UInt8
    /// What the one that found the fault says of it; alerts themselves carry no words.
    package var reason: String?

    package init(level: UInt8, description: UInt8, reason: String? = nil) {
        self.level = level
        self.description = description
        self.reason = reason
    }

    /// "certificate_expired"
    package var name: String { TLSAlert.name(description) }
}
