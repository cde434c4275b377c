package import ByteTransport
package import Diagnosis

/// Finds out whether TLS is spoken somewhere: says hello, and leaves as soon as it is answered. Nothing that follows a
/// handshake is sent, so that neither our name nor anything of the cookie goes to whom we do not verify.
package final class SecurityProbe: ByteStreamReceiver {
    private let stream: TCPStream
    private let security: any StreamSecurity
    private let loop: EventLoop
    private var secure: (any ByteStream)?
    private var completion: ((Bool) -> Void)?

    /// - Parameters:
    ///   - security: verifies nothing.
    ///   - completion: is called once, unless `cancel` comes first, with whether a message of TLS came back.
    package init(
        at endpoint: Endpoint, security: any StreamSecurity, by dialer: any Dialer, on loop: EventLoop,
        completion: @escaping (Bool) -> Void
    ) {
        self.security = security
        self.loop = loop
        self.completion = completion
        stream = dialer.dial(host: endpoint.host, port: endpoint.port, on: loop)
        stream.receiver = self
    }

    /// Leaves; no completion follows.
    package func cancel() {
        completion = nil
        secure?.close()
        stream.close()
    }

    package func streamOpened(_ stream: any ByteStream) {
        guard secure == nil else { return finish(true) }
        do throws(StreamClosure) {
            let secure = try security.secure(stream, on: loop)
            self.secure = secure
            secure.receiver = self
        } catch {
            finish(false)
        }
    }

    package func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {}
    package func streamDrained(_ stream: any ByteStream) {}

    package func stream(_ stream: any ByteStream, closed reason: StreamClosure) {
        guard case .tls(let failure) = reason else { return finish(false) }
        finish(failure.messages.contains(where: \.fromPeer))
    }

    private func finish(_ isTLS: Bool) {
        let completion = self.completion
        cancel()
        completion?(isTLS)
    }
}
