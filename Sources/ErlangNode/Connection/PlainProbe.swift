import ByteTransport
import Diagnosis
import DistributionProtocol

/// Distinguishes a plain listener from a TLS one that does not answer: gives our name without TLS and looks at the first
/// bytes. It speaks at once, since a silent client on OTP 23 keeps every other TLS connection waiting.
final class PlainProbe: ByteStreamReceiver {
    typealias Finding = AttemptFacts.PlainProbe

    private let stream: TCPStream
    private var handshake: InitiatorHandshake
    private var completion: ((Finding) -> Void)?

    init(target: PeerSettings, endpoint: Endpoint, on loop: EventLoop, completion: @escaping (Finding) -> Void) {
        // The probe ends at the status, before the challenge and the cookie matter.
        handshake = InitiatorHandshake(
            .init(
                identity: .dynamic(host: PlainProbeName.host), peer: target.name, cookie: target.cookie, challenge: 0,
                lengthPrefix: .tcp))
        self.completion = completion
        stream = target.dialer.dial(host: endpoint.host, port: endpoint.port, on: loop)
        stream.receiver = self
    }

    func cancel() {
        completion = nil
        stream.close()
    }

    func streamOpened(_ stream: any ByteStream) {
        for case .send(let bytes) in handshake.start() { stream.write(bytes) }
    }

    func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {
        for action in handshake.received(bytes) {
            switch action {
            case .observe(let event) where event.direction == .received && event.message == .status:
                return finish(.plainDistribution)
            case .failed(let failure):
                if case .peerSpeaksTLS = failure.reason { return finish(.tlsAlert) }
                return finish(.unclear)
            case .observe, .send, .done, .decide: break
            }
        }
    }

    func streamDrained(_ stream: any ByteStream) {}

    func stream(_ stream: any ByteStream, closed reason: StreamClosure) {
        finish(reason == .endOfStream || reason == .reset ? .closed : .unclear)
    }

    private func finish(_ finding: Finding) {
        stream.close()
        let completion = self.completion
        self.completion = nil
        completion?(finding)
    }
}
