internal import ByteTransport
internal import COpenSSL
import Diagnosis

/// What passed on a connection, as OpenSSL's message callback reports it: in clear under TLS 1.3, too.
final class TLSTranscript {
    /// A peer that sends messages without end fills no memory.
    private static let limit = 64

    private(set) var messages: [TLSMessage] = []
    /// The peer's last fatal alert. Under TLS 1.3 every alert but close_notify and user_canceled ends the connection.
    private(set) var fatalAlert: UInt8?
    private let observe: ((TLSMessage) -> Void)?

    /// - Parameter observe: receives each message with its bytes; without it no bytes are kept.
    init(observe: ((TLSMessage) -> Void)?) { self.observe = observe }

    var heardPeer: Bool { messages.contains(where: \.fromPeer) }

    /// CertificateRequest has number 13 in all versions.
    var certificateRequested: Bool { messages.contains { $0.fromPeer && $0.content == .handshake(type: 13) } }

    /// This transcript must outlive the connection.
    func attach(to connection: OpaquePointer) {
        SSL_set_msg_callback(connection, messageCallback)
        cossl_set_msg_callback_arg(connection, Unmanaged.passUnretained(self).toOpaque())
    }

    fileprivate func note(fromPeer: Bool, contentType: Int32, version: Int32, bytes: UnsafeRawBufferPointer) {
        let content: TLSMessage.Content
        if contentType == SSL3_RT_HANDSHAKE, let type = bytes.first {
            content = .handshake(type: type)
        } else if contentType == SSL3_RT_ALERT, bytes.count >= 2 {
            content = .alert(level: bytes[0], description: bytes[1])
            let isWarning = version == TLS1_3_VERSION ? bytes[1] == 0 || bytes[1] == 90 : bytes[0] != 2
            if fromPeer, !isWarning { fatalAlert = bytes[1] }
        } else {
            return
        }
        let kept = observe == nil ? [] : Array(bytes)
        let message = TLSMessage(fromPeer: fromPeer, content: content, bytes: kept)
        if messages.count < Self.limit { messages.append(message) }
        observe?(message)
    }
}

/// SSL_CTX msg_callback; the argument is the connection's transcript.
private let messageCallback:
    @convention(c) (
        Int32, Int32, Int32, UnsafeRawPointer?, Int, OpaquePointer?, UnsafeMutableRawPointer?
    ) -> Void = { isWrite, version, contentType, buffer, count, _, argument in
        guard let argument else { return }
        let transcript = Unmanaged<TLSTranscript>.fromOpaque(argument).takeUnretainedValue()
        transcript.note(
            fromPeer: isWrite == 0, contentType: contentType, version: version,
            bytes: UnsafeRawBufferPointer(start: buffer, count: count))
    }
