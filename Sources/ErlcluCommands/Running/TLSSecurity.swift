import ByteTransport
import Diagnosis
import ErlangNode
import HandshakeTrace
import TLSTransport

/// TLS as the settings ask for it, for streams to one node.
final class TLSSecurity: StreamSecurity {
    private let context: TLSContext
    /// The host that the certificate must be for; nil: no name is sent or checked.
    let serverName: String?
    /// errno of the first secret that could not be written to the key log; 0 where all could.
    var keyLogFailure: Int32 { context.keyLogFailure }
    /// What the last connection agreed on, as long as it stands.
    var summary: TLSSummary? { stream?.summary }
    private weak var stream: TLSStream?
    /// Receives each message of a handshake, with its bytes.
    var onMessage: ((TLSMessage) -> Void)?

    let verifiesPeer: Bool
    let allowsWildcards: Bool

    init(_ configuration: TLSConfiguration, serverName: String?) throws(TLSConfigurationError) {
        verifiesPeer = configuration.verifiesPeer
        allowsWildcards = configuration.allowsWildcards
        context = try TLSContext(configuration)
        self.serverName = serverName
    }

    func secure(_ stream: any ByteStream, on loop: EventLoop) throws(StreamClosure) -> any ByteStream {
        do throws(TLSConfigurationError) {
            let secure = try TLSStream(
                over: stream, context: context, loop: loop, peerName: serverName, serverName: serverName,
                observe: onMessage)
            self.stream = secure
            // `stream` is open and will not say so again.
            loop.enqueue { secure.streamOpened(stream) }
            return secure
        } catch {
            throw .tls(TLSFailure(cause: .library("\(error)")))
        }
    }
}

extension TLSSecurity {
    /// What the last connection reported of both sides, as long as it stands.
    var account: TLSConnectionFacts? {
        guard let stream else { return nil }
        let seen = stream.account(of: .closedDuringHandshake)
        return TLSConnectionFacts(
            version: stream.summary?.version, cipher: stream.summary?.cipher, peerChain: seen.peerChain,
            ownCertificate: seen.ownCertificate, isCertificateRequested: seen.certificateRequested,
            isPeerVerified: verifiesPeer, serverName: serverName, allowsWildcards: allowsWildcards)
    }
}
