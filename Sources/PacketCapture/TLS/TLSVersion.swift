/// A version as hellos and records carry it (RFC 8446 §4.1.2): 0x0303 is TLS 1.2.
package struct TLSVersion: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    package var rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let tls10 = TLSVersion(rawValue: 0x0301)
    package static let tls11 = TLSVersion(rawValue: 0x0302)
    package static let tls12 = TLSVersion(rawValue: 0x0303)
    package static let tls13 = TLSVersion(rawValue: 0x0304)

    package static func < (left: TLSVersion, right: TLSVersion) -> Bool { left.rawValue < right.rawValue }

    /// "TLSv1.2", as OpenSSL names it.
    package var name: String {
        switch rawValue {
        case 0x0300: "SSLv3"
        case 0x0301: "TLSv1"
        case 0x0302...0x0304: "TLSv1.\(rawValue - 0x0301)"
        default: "version 0x" + String(rawValue, radix: 16)
        }
    }

    /// "TLS 1.2", for people.
    package var description: String {
        switch rawValue {
        case 0x0300: "SSL 3.0"
        case 0x0301...0x0304: "TLS 1.\(rawValue - 0x0301)"
        default: name
        }
    }

    /// Values that mean nothing and are offered to keep acceptors tolerant (RFC 8701): 0x0A0A, 0x1A1A, ...
    var isGrease: Bool { TLSVersion.isGrease(rawValue) }

    static func isGrease(_ value: UInt16) -> Bool { value & 0x0F0F == 0x0A0A && value >> 8 == value & 0xFF }
}
