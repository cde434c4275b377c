/// Something that was read out of a TLS connection.
package struct TLSOutput: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        /// A handshake message, in clear or decrypted.
        case message(TLSHandshakeMessage)
        /// Up to TLS 1.2; under TLS 1.3 it means nothing and is left out.
        case changeCipherSpec
        /// Level 1 warning, 2 fatal; description of RFC 8446 §6.
        case alert(level: UInt8, description: UInt8)
        /// An alert without the secrets to read it. (Under TLS 1.3 judged by its length, which nothing else has.)
        case encryptedAlert
        /// Both ends have sent Finished. Without secrets, what shows on the outside has to do. Under TLS 1.3 the
        /// acceptor may still refuse the initiator's certificate, with an alert behind this.
        case established(version: TLSVersion, cipher: TLSCipherSuite)
        /// What the connection is for: the bytes of the distribution.
        case plaintext([UInt8])
        /// Records from this end stay closed from here on.
        case cannotDecrypt(TLSObstacle)
        /// This end is not read further.
        case stopped(TLSReadError)
    }

    /// As given with the bytes.
    package var time: Int64
    package var direction: FlowDirection
    package var content: Content
}
