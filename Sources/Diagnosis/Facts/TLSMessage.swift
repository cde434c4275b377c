/// One handshake message or alert, as an observer sees it.
package struct TLSMessage: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        /// HandshakeType of RFC 8446 §4.
        case handshake(type: UInt8)
        /// Level 1 warning, 2 fatal; description of RFC 8446 §6.
        case alert(level: UInt8, description: UInt8)
    }

    package var fromPeer: Bool
    package var content: Content
    /// The message's bytes, header included; empty where they were not kept.
    package var bytes: [UInt8]

    package init(fromPeer: Bool, content: Content, bytes: [UInt8] = []) {
        self.fromPeer = fromPeer
        self.content = content
        self.bytes = bytes
    }
}
