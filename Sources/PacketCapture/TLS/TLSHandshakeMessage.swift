import Diagnosis

/// A message of the TLS handshake, with the fields that explain a failure.
package enum TLSHandshakeMessage: Hashable, Sendable {
    case helloRequest
    case clientHello(TLSClientHello)
    case serverHello(TLSServerHello)
    case newSessionTicket
    case endOfEarlyData
    case encryptedExtensions
    /// DER, leaf first; empty where a certificate was asked for and none is shown.
    case certificate([[UInt8]])
    case serverKeyExchange
    case certificateRequest
    case serverHelloDone
    case certificateVerify
    case clientKeyExchange
    case finished
    case certificateStatus
    /// The sender's next record has a new key.
    case keyUpdate
    /// HandshakeType of the IANA registry.
    case other(UInt8)

    /// HandshakeType of RFC 8446 §4 and RFC 5246 §7.4.
    package var type: UInt8 {
        switch self {
        case .helloRequest: 0
        case .clientHello: 1
        case .serverHello: 2
        case .newSessionTicket: 4
        case .endOfEarlyData: 5
        case .encryptedExtensions: 8
        case .certificate: 11
        case .serverKeyExchange: 12
        case .certificateRequest: 13
        case .serverHelloDone: 14
        case .certificateVerify: 15
        case .clientKeyExchange: 16
        case .finished: 20
        case .certificateStatus: 22
        case .keyUpdate: 24
        case .other(let type): type
        }
    }

    /// As the RFCs spell it.
    package var name: String {
        switch self {
        case .serverHello(let hello) where hello.isRetryRequest: "HelloRetryRequest"
        default: TLSMessageType.name(type)
        }
    }

    /// - Parameters:
    ///   - version: of the connection, once it is known; certificates look different under TLS 1.3.
    /// - Throws: when a length inside does not fit.
    package init(type: UInt8, body: ArraySlice<UInt8>, version: TLSVersion?) throws(TLSReadError) {
        do throws(TLSMessageFields.EndOfMessage) {
            switch type {
            case 0: self = .helloRequest
            case 1: self = .clientHello(try TLSClientHello(body))
            case 2: self = .serverHello(try TLSServerHello(body))
            case 4: self = .newSessionTicket
            case 5: self = .endOfEarlyData
            case 8: self = .encryptedExtensions
            case 11: self = .certificate(try Self.certificates(body, hasExtensions: version == .tls13))
            case 12: self = .serverKeyExchange
            case 13: self = .certificateRequest
            case 14: self = .serverHelloDone
            case 15: self = .certificateVerify
            case 16: self = .clientKeyExchange
            case 20: self = .finished
            case 22: self = .certificateStatus
            case 24: self = .keyUpdate
            default: self = .other(type)
            }
        } catch {
            throw .malformed(type: type)
        }
    }

    private static func certificates(
        _ body: ArraySlice<UInt8>, hasExtensions: Bool
    ) throws(TLSMessageFields.EndOfMessage) -> [[UInt8]] {
        var fields = TLSMessageFields(body)
        if hasExtensions { _ = try fields.vector(1) }
        var list = TLSMessageFields(try fields.vector(3))
        var certificates: [[UInt8]] = []
        while !list.remaining.isEmpty {
            certificates.append(Array(try list.vector(3)))
            if hasExtensions { _ = try list.vector(2) }
        }
        return certificates
    }
}
