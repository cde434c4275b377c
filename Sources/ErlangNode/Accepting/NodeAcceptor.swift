package import ByteTransport
package import Diagnosis
package import DistributionProtocol
import Glibc

/// One peer that dialled us: TLS where it is asked for, then the handshake. It ends in a link that is up, or in why
/// there is none.
///
/// It lives until then by itself: its timer and its stream hold it, and `end` lets go of both.
package final class NodeAcceptor: ByteStreamReceiver {
    package enum Outcome {
        /// Let it `proceed` with what came behind the handshake, once somebody has it.
        case connected(NodeConnection, leftover: [UInt8], replacesLink: Bool)
        /// The peer's name is known where it came so far.
        case failed(NodeFailure, peer: String?)
    }

    private let settings: AcceptorSettings
    private let services: any PeerServices
    private let loop: EventLoop
    private let decide: (PeerFacts) -> AcceptorDecision
    private var completion: ((Outcome) -> Void)?
    private var stream: (any ByteStream)?
    private let endpoint: Endpoint
    private weak var observer: (any ConnectionObserver)?
    private var handshake: AcceptorHandshake
    private var peer: PeerFacts?
    private var isSecured: Bool
    private var lastSent: Instant?
    private var timer: TimerHandle?

    /// - Parameters:
    ///   - accepted: open.
    ///   - observer: listens to what happens once the connection is there, except to `up`: whether it becomes a link is
    ///     decided by its owner.
    ///   - decide: whether a peer of this name and these flags may come in. It is asked once.
    ///   - completion: is called once, unless `cancel` comes first.
    package init(
        _ accepted: TCPStream, settings: AcceptorSettings, services: any PeerServices, on loop: EventLoop,
        observer: (any ConnectionObserver)? = nil, decide: @escaping (PeerFacts) -> AcceptorDecision,
        completion: @escaping (Outcome) -> Void
    ) {
        self.settings = settings
        self.services = services
        self.loop = loop
        self.observer = observer
        self.decide = decide
        self.completion = completion
        endpoint = Endpoint(host: accepted.peerAddress?.host ?? "", port: accepted.peerAddress?.port ?? 0)
        isSecured = settings.security == nil
        handshake = AcceptorHandshake(
            .init(
                name: settings.name, creation: settings.creation, flags: settings.flags,
                challenge: UInt32.random(in: .min ... .max), lengthPrefix: settings.security == nil ? .tcp : .tls))
        timer = loop.schedule(at: .now + settings.setupTime) { [self] in fail(attempt.late(at: stage)) }
        stream = accepted
        guard let security = settings.security else {
            accepted.receiver = self
            return
        }
        do throws(StreamClosure) {
            let secure = try security.secure(accepted, on: loop)
            stream = secure
            secure.receiver = self
        } catch {
            // The completion must not come before its owner has this object.
            loop.enqueue { [self] in fail(attempt.closed(error, at: .tls)) }
        }
    }

    /// Gives up; no completion follows.
    package func cancel() {
        completion = nil
        end()
    }

    package func streamOpened(_ stream: any ByteStream) {
        guard !isSecured else { return }
        isSecured = true
        observer?.secured()
    }
    package func streamDrained(_ stream: any ByteStream) {}

    package func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {
        guard completion != nil else { return }
        perform(handshake.received(bytes))
    }

    package func stream(_ stream: any ByteStream, closed reason: StreamClosure) {
        fail(attempt.closed(reason, at: stage))
    }

    private var stage: NodeFailure.Stage { isSecured ? NodeFailure.Stage(handshake.stage) : .tls }

    private func perform(_ actions: [HandshakeAction]) {
        for action in actions {
            switch action {
            case .send(let bytes):
                lastSent = .now
                stream?.write(bytes)
            case .observe(let event): observer?.handshake(event)
            case .decide(let facts):
                peer = facts
                return perform(handshake.decide(decide(facts), cookie: settings.cookie))
            case .failed(let failure): return fail(attempt.explain(failure))
            case .done(let result): return succeed(result)
            }
        }
    }

    private func succeed(_ result: HandshakeResult) {
        guard let stream else { return }
        let attempt = OwnAttempt(
            node: result.peer.name, endpoint: endpoint, now: 0, isSecure: settings.security != nil)
        let connection = NodeConnection(
            stream: stream, handshake: result, tickTime: settings.tickTime, on: loop, attempt: attempt,
            services: services, limits: settings.limits, isDialled: false)
        let completion = self.completion
        self.completion = nil
        self.stream = nil
        end()
        connection.begin()
        completion?(.connected(connection, leftover: result.leftover, replacesLink: result.replacedLink))
    }

    private func fail(_ failure: NodeFailure) {
        let completion = self.completion
        self.completion = nil
        end()
        completion?(.failed(failure, peer: peer?.name))
    }

    private var attempt: AcceptedAttempt {
        var attempt = AcceptedAttempt(
            own: settings.name.name, peer: peer?.name, address: endpoint, now: time(nil),
            isSecure: settings.security != nil)
        attempt.waited = lastSent.map { Int($0.duration(to: .now) / .microseconds(1)) }
        attempt.onFacts = { [weak observer] in observer?.failing($0) }
        return attempt
    }

    private func end() {
        timer?.cancel()
        timer = nil
        stream?.close()
        stream = nil
    }
}
