import ByteTransport
import ErlangNode
import TLSTransport

/// TLS as the settings ask for it, for streams to one node.
final class TLSSecurity: StreamSecurity {
    private let context: TLSContext
    /// The host that the certificate must be for; nil: no name is sent or checked.
    private let serverName: String?

    init(_ configuration: TLSConfiguration, serverName: String?) throws(TLSConfigurationError) {
        context = try TLSContext(configuration)
        self.serverName = serverName
    }

    func secure(_ stream: any ByteStream, on loop: EventLoop) throws(StreamClosure) -> any ByteStream {
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
