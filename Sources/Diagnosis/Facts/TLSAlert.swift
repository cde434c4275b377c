/// Alert descriptions of RFC 8446 §6 and RFC 5246 §7.2.
package enum TLSAlert {
    package static let unexpectedMessage: UInt8 = 10
    package static let badRecordMAC: UInt8 = 20
    package static let handshakeFailure: UInt8 = 40
    package static let badCertificate: UInt8 = 42
    package static let unsupportedCertificate: UInt8 = 43
    package static let certificateRevoked: UInt8 = 44
    package static let certificateExpired: UInt8 = 45
    package static let certificateUnknown: UInt8 = 46
    package static let unknownCA: UInt8 = 48
    package static let accessDenied: UInt8 = 49
    package static let protocolVersion: UInt8 = 70
    package static let insufficientSecurity: UInt8 = 71
    package static let internalError: UInt8 = 80
    package static let certificateRequired: UInt8 = 116

    /// Those that are, or may be, about a certificate. OTP sends alert 40 also where no cipher suite is common.
    package static let refusesCertificates: Set<UInt8> = [
        handshakeFailure, badCertificate, unsupportedCertificate, certificateRevoked, certificateExpired,
        certificateUnknown, unknownCA, accessDenied, certificateRequired,
    ]

    private static let names: [UInt8: String] = [
        0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 22: "record_overflow",
        40: "handshake_failure", 42: "bad_certificate", 43: "unsupported_certificate", 44: "certificate_revoked",
        45: "certificate_expired", 46: "certificate_unknown", 47: "illegal_parameter", 48: "unknown_ca",
        49: "access_denied", 50: "decode_error", 51: "decrypt_error", 70: "protocol_version",
        71: "insufficient_security", 80: "internal_error", 86: "inappropriate_fallback", 90: "user_canceled",
        109: "missing_extension", 110: "unsupported_extension", 112: "unrecognized_name", 116: "certificate_required",
        120: "no_application_protocol",
    ]

    /// The RFC's name of an alert.
    package static func name(_ description: UInt8) -> String { names[description] ?? "alert \(description)" }

    /// The number of an alert by the RFC's name.
    package static func number(of name: String) -> UInt8? { names.first { $0.value == name }?.key }

    /// "alert 48 unknown_ca", for a message.
    package static func words(_ description: UInt8) -> String {
        names[description].map { "alert \(description) \($0)" } ?? "alert \(description)"
    }
}
