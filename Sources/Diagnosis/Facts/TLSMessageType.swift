/// HandshakeType of RFC 8446 §4 and RFC 5246 §7.4.
package enum TLSMessageType {
    package static let clientHello: UInt8 = 1
    package static let serverHello: UInt8 = 2
    package static let certificate: UInt8 = 11
    package static let certificateRequest: UInt8 = 13

    private static let names: [UInt8: String] = [
        0: "HelloRequest", 1: "ClientHello", 2: "ServerHello", 4: "NewSessionTicket", 5: "EndOfEarlyData",
        8: "EncryptedExtensions", 11: "Certificate", 12: "ServerKeyExchange", 13: "CertificateRequest",
        14: "ServerHelloDone", 15: "CertificateVerify", 16: "ClientKeyExchange", 20: "Finished",
        22: "CertificateStatus", 24: "KeyUpdate",
    ]

    /// The RFC's name.
    package static func name(_ type: UInt8) -> String { names[type] ?? "handshake message \(type)" }
}
