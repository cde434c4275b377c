/// How a handshake message is delimited: by its length before it. The carriers differ here (measured on OTP 23 to
/// 29): `inet_tcp_dist` sets `{packet,2}`, `inet_tls_dist` `{packet,4}`.
package enum HandshakeLengthPrefix: Int, Hashable, Sendable {
    case tcp = 2
    case tls = 4

    /// `message` with its length before it.
    package func framed(_ message: [UInt8]) -> [UInt8] {
        var packet: [UInt8] = []
        packet.reserveCapacity(rawValue + message.count)
        switch self {
        case .tcp: packet.append(bigEndian: UInt16(truncatingIfNeeded: message.count))
        case .tls: packet.append(bigEndian: UInt32(truncatingIfNeeded: message.count))
        }
        return packet + message
    }
}

/// Collects handshake bytes until a message is whole.
package struct HandshakePacketReader: Sendable {
    /// The longest message is a name of 255 characters of 4 bytes with 15 bytes before it; what is beyond comes from
    /// something else than a node. Below the 5379 that the start of a TLS alert reads as.
    package static let maximumMessageBytes = 2048

    let prefix: HandshakeLengthPrefix
    private var buffer: [UInt8] = []
    private var isFirst = true

    package init(prefix: HandshakeLengthPrefix) { self.prefix = prefix }

    /// What has arrived and was not read as a message.
    package var unread: [UInt8] { buffer }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) { buffer.append(contentsOf: bytes) }

    /// The next message without its length, or nil until more bytes come.
    package mutating func next() throws(HandshakeFailure.Reason) -> [UInt8]? {
        if isFirst, prefix == .tcp, let alert = Self.tlsRecord(buffer) { throw alert }
        guard buffer.count >= prefix.rawValue else { return nil }
        let length = buffer.prefix(prefix.rawValue).reduce(0) { $0 << 8 | Int($1) }
        guard length <= Self.maximumMessageBytes else {
            throw .messageTooLong(
                length: length, limit: Self.maximumMessageBytes, firstBytes: isFirst ? Array(buffer.prefix(32)) : [])
        }
        guard buffer.count >= prefix.rawValue + length else { return nil }
        isFirst = false
        let message = Array(buffer[prefix.rawValue..<prefix.rawValue + length])
        buffer.removeFirst(prefix.rawValue + length)
        return message
    }

    /// A TLS record's content type (21 alert, 22 handshake) and major version (RFC 8446 §5.1): no handshake message
    /// is as long as these bytes would say.
    private static func tlsRecord(_ bytes: [UInt8]) -> HandshakeFailure.Reason? {
        guard bytes.count >= 2, bytes[0] == 21 || bytes[0] == 22, bytes[1] == 3 else { return nil }
        let isAlert = bytes[0] == 21 && bytes.count >= 7
        return .peerSpeaksTLS(alertDescription: isAlert ? bytes[6] : nil)
    }
}
