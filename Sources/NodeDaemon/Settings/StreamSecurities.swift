import ByteTransport
import Diagnosis
import ErlangNode
import TLSTransport

/// TLS for peers that dial us. Their certificate is checked against our authorities; which node it is for is not, as with
/// OTP.
final class AcceptorSecurity: StreamSecurity {
    private let context: TLSContext

    init(_ context: TLSContext) { self.context = context }

    func secure(_ stream: any ByteStream, on loop: EventLoop) throws(StreamClosure) -> any ByteStream {
        do throws(TLSConfigurationError) {
            return try TLSStream(over: stream, context: context, loop: loop)
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

    /// - Parameter context: nil: every connection fails, rather than that it goes on without TLS.
    init(_ context: TLSContext?, serverName: String?) {
        self.context = context
        self.serverName = serverName
    }

    func secure(_ stream: any ByteStream, on loop: EventLoop) throws(StreamClosure) -> any ByteStream {
        guard let context else { throw .tls(TLSFailure(cause: .library("this node was not to dial"))) }
        do throws(TLSConfigurationError) {
            let secure = try TLSStream(
                over: stream, context: context, loop: loop, peerName: serverName, serverName: serverName)
            // `stream` is open and will not say so again.
            loop.enqueue { secure.streamOpened(stream) }
            return secure
        } catch {
            throw .tls(TLSFailure(cause: .library("\(error)")))
        }
    }
}
