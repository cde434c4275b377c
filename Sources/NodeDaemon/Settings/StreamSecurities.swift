import ByteTransport
import Diagnosis
import ErlangNode
import HandshakeTrace
import TLSTransport

/// TLS for peers that dial us. Their certificate is checked against our authorities; which node it is for is not, as with
/// OTP.
final class AcceptorSecurity: StreamSecurity {
    private let context: TLSContext
    private let recorder: NodeTraceRecorder?

    /// - Parameter recorder: of the one connection that this is for, where it is traced.
    init(_ context: TLSContext, tracedBy recorder: NodeTraceRecorder?) {
        self.context = context
        self.recorder = recorder
    }

    func secure(_ stream: any ByteStream, on loop: EventLoop) throws(StreamClosure) -> any ByteStream {
        do throws(TLSConfigurationError) {
            let secure = try TLSStream(over: stream, context: context, loop: loop, observe: recorder?.listening)
            recorder?.follow(secure, of: context)
            return secure
        } catch {
            throw .tls(TLSFailure(cause: .library("\(error)")))
        }
    }
}

/// TLS to one peer that we dial.
final class InitiatorSecurity: StreamSecurity {
    private let context: TLSContext?
    /// The host that the certificate must be for; nil: no name is sent or checked.
    private let serverName: String?
    private let recorder: NodeTraceRecorder?

    /// - Parameters:
    ///   - context: nil: every connection fails, rather than that it goes on without TLS.
    ///   - recorder: of the one connection that this is for, where it is traced.
    init(_ context: TLSContext?, serverName: String?, tracedBy recorder: NodeTraceRecorder?) {
        self.context = context
        self.serverName = serverName
        self.recorder = recorder
    }

    func secure(_ stream: any ByteStream, on loop: EventLoop) throws(StreamClosure) -> any ByteStream {
        guard let context else { throw .tls(TLSFailure(cause: .library("this node was not to dial"))) }
        do throws(TLSConfigurationError) {
            let secure = try TLSStream(
                over: stream, context: context, loop: loop, peerName: serverName, serverName: serverName,
                observe: recorder?.listening)
            recorder?.follow(secure, of: context)
            // `stream` is open and will not say so again.
            loop.enqueue { secure.streamOpened(stream) }
            return secure
        } catch {
            throw .tls(TLSFailure(cause: .library("\(error)")))
        }
    }
}

extension NodeTraceRecorder {
    /// Hears the messages of TLS. The stream outlives the attempt.
    fileprivate var listening: (TLSMessage) -> Void {
        { [weak self] in self?.passed($0) }
    }

    fileprivate func follow(_ stream: TLSStream, of context: TLSContext) {
        security = {
            TracedSecurity(
                version: stream.agreement?.version, cipher: stream.agreement?.cipher, chain: stream.shownChain,
                own: context.ownEncoded, verifiesPeer: context.configuration.verifiesPeer)
        }
    }
}
