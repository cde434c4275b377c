package import Diagnosis

/// A reliable stream of bytes to one peer, driven by an `EventLoop`: TCP, TLS over it, or a pair in memory.
///
/// A stream pushes: what arrives is handed to `receiver` on the loop's thread. All calls are made on that thread, and
/// no call into a stream calls its receiver back: events come from the loop only. Until it is over, the loop keeps the
/// stream alive and the stream its receiver; after `close` or the `closed` event it has let go of both.
package protocol ByteStream: AnyObject {
    /// Who receives what arrives. Set it before the loop runs; events that came earlier are kept for it.
    var receiver: (any ByteStreamReceiver)? { get set }
    /// Queues bytes and sends as many as the peer takes; never blocks.
    func write(_ bytes: consuming [UInt8])
    /// Bytes written and not yet handed to the kernel (or the layer below).
    var pendingOutput: Int { get }
    /// Stops and resumes reading, which lets the peer's own flow control slow it down.
    var isReadingPaused: Bool { get set }
    /// What the peer proved itself with; nil on a stream that proves nothing, and before it is open.
    var peerCertificate: CertificateFacts? { get }
    /// What it has carried, on the way that the kernel counts it; nil where nobody does.
    var traffic: StreamTraffic? { get }
    /// What the ends of TLS have agreed on; nil without TLS, and before it is open.
    var agreement: StreamAgreement? { get }
    /// The failure that it is where what came first is text: the program that carries the stream seems to have said it,
    /// since no protocol that is spoken here begins so. nil where that is not the case.
    var wordsOfCarrier: TunnelFailure? { get }
    /// Sends what is queued as far as that needs no waiting, then closes. No event follows. Idempotent.
    func close()
}

extension ByteStream {
    package var peerCertificate: CertificateFacts? { nil }
    package var traffic: StreamTraffic? { nil }
    package var agreement: StreamAgreement? { nil }
    package var wordsOfCarrier: TunnelFailure? { nil }
}

/// Bytes of a stream, with all that is around what its users say.
package struct StreamTraffic: Hashable, Sendable {
    package var received = 0
    package var sent = 0
}

package struct StreamAgreement: Hashable, Sendable {
    /// "TLS 1.2", "TLS 1.3".
    package var version: String
    /// The cipher suite, by its name in IANA's registry.
    package var cipher: String

    package init(version: String, cipher: String) {
        self.version = version
        self.cipher = cipher
    }
}

/// Takes what a stream brings.
package protocol ByteStreamReceiver: AnyObject {
    /// The stream may be written to: connected, or for TLS, the handshake is done.
    func streamOpened(_ stream: any ByteStream)
    /// Bytes from the peer; the buffer is valid during the call only.
    func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer)
    /// All output has been handed on; called after `pendingOutput` was above zero.
    func streamDrained(_ stream: any ByteStream)
    /// The stream is over; nothing follows.
    func stream(_ stream: any ByteStream, closed reason: StreamClosure)
}

/// Why a stream ended, or did not come to be.
package enum StreamClosure: Error, Hashable, Sendable {
    /// The peer closed in order (FIN; for TLS, close_notify or FIN).
    case endOfStream
    /// The host's name has no address, or nobody could be asked.
    case unresolved(ResolveFailure)
    /// ECONNREFUSED.
    case refused
    /// EHOSTUNREACH, ENETUNREACH, ETIMEDOUT and their like: no packet came back.
    case unreachable(errno: Int32)
    /// ECONNRESET, EPIPE.
    case reset
    /// Any other failed system call.
    case system(call: String, errno: Int32)
    case tls(TLSFailure)
    /// The tunnel that carries it has ended, or carries nothing.
    case tunnel(TunnelFailure)
    /// The SSH connection that it is a channel of.
    case secureShell(SecureShellFailure)
    /// The SSH host before it on the way, by its name.
    indirect case jump(String, StreamClosure)
}
