package import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangTerm
import Glibc

/// One attempt to connect to a node: epmd, TCP, TLS, distribution handshake. It ends in a `NodeConnection` or in a
/// failure that says how far it came and why it stopped.
///
/// It lives until then by itself: timers and streams hold it, and `end` lets go of them all.
package final class NodeConnector: ByteStreamReceiver {
    package typealias Completion = (ConnectionOutcome) -> Void

    private enum Phase {
        case idle
        case asking(EPMDQuery, Endpoint)
        /// epmd does not know the node; whom it knows helps to say so, or it has registered meanwhile.
        case listing(EPMDQuery, Endpoint)
        case dialing(TCPStream)
        case securing
        case shakingHands(InitiatorHandshake)
        /// The stream failed; a probe finds out what is spoken there before `NodeFailure` is reported.
        case probing(PlainProbe, NodeFailure)
        case finished
    }

    /// A TLS listener says something within this time, or a probe asks whether plain distribution is spoken.
    private static let silenceBeforeProbe = Duration.milliseconds(1500)

    /// Below this a timeout does not identify the stage.
    private static let fairTrial = Duration.milliseconds(50)

    private let target: PeerSettings
    private let loop: EventLoop
    private weak var observer: (any ConnectionObserver)?
    private var completion: Completion?
    private var phase = Phase.idle
    private var endpoint: Endpoint
    private var stream: (any ByteStream)?
    /// The one below TLS.
    private weak var carried: TCPStream?
    private var hasEPMDAnswered = false
    private var setupTimer: TimerHandle?
    private var silenceTimer: TimerHandle?
    private var silenceProbe: PlainProbe?

    package init(target: PeerSettings, on loop: EventLoop, observer: (any ConnectionObserver)? = nil) {
        self.target = target
        self.loop = loop
        self.observer = observer
        self.endpoint = Endpoint(host: target.host, port: 0)
    }

    /// Begins; `completion` is called once unless `cancel` comes first.
    package func start(_ completion: @escaping Completion) {
        self.completion = completion
        setupTimer = loop.schedule(at: .now + target.setupTime) { self.setupTimeout() }
        switch target.portLookup {
        case .known(let port): dial(port)
        case .epmd(let host, let port): askEPMD(at: Endpoint(host: host ?? target.host, port: port))
        }
    }

    /// Gives up; no completion follows.
    package func cancel() {
        completion = nil
        end()
    }

    // MARK: epmd

    private func askEPMD(at epmd: Endpoint) {
        observer?.connecting(to: epmd, for: .epmd)
        let query = EPMDQuery(.portPlease(alive: target.name.alive), at: epmd, by: target.dialer, on: loop) { result in
            self.epmdAnswered(result, at: epmd)
        }
        query.onResolved = { [weak observer] in observer?.resolved(epmd.host, to: $0.map(\.host)) }
        phase = .asking(query, epmd)
    }

    private func epmdAnswered(_ result: Result<EPMDResponse, EPMDQuery.Failure>, at epmd: Endpoint) {
        switch result {
        case .success(.port(let registration)):
            hasEPMDAnswered = true
            observer?.registered(target.name.alive, at: registration.port)
            dial(registration.port)
        case .success(.notRegistered):
            let query = EPMDQuery(.names, at: epmd, by: target.dialer, on: loop) { [self] result in
                guard case .success(.names(let names)) = result else { return fail(attempt.notRegistered(known: nil)) }
                guard let node = names.nodes.first(where: { $0.alive == target.name.alive }) else {
                    return fail(attempt.notRegistered(known: names.nodes.map(\.alive)))
                }
                // It has registered between the two questions.
                observer?.registered(node.alive, at: node.port)
                dial(node.port)
            }
            phase = .listing(query, epmd)
        case .success: fail(attempt.epmdMalformed("it answers another question"))
        case .failure(let error): fail(attempt.epmdFailed(error))
        }
    }

    // MARK: TCP and TLS

    private func dial(_ port: UInt16) {
        endpoint.port = port
        observer?.connecting(to: endpoint, for: .distribution)
        let stream = target.dialer.dial(host: endpoint.host, port: port, on: loop)
        stream.onResolved = { [weak observer, host = endpoint.host] in observer?.resolved(host, to: $0.map(\.host)) }
        phase = .dialing(stream)
        self.stream = stream
        carried = stream
        stream.receiver = self
    }

    package func streamOpened(_ stream: any ByteStream) {
        switch phase {
        case .dialing:
            let carried = stream as? TCPStream
            observer?.connected(
                to: endpoint, address: carried?.peerAddress?.description ?? endpoint.description,
                from: carried?.localAddress.map { Endpoint(host: $0.host, port: $0.port) })
            guard let security = target.security else { return shakeHands(over: stream, prefix: .tcp) }
            phase = .securing
            do throws(StreamClosure) {
                let secure = try security.secure(stream, on: loop)
                self.stream = secure
                secure.receiver = self
                watchForSilence()
            } catch {
                fail(attempt.unconnected(error, at: .tcp))
            }
        case .securing:
            observer?.secured()
            shakeHands(over: stream, prefix: .tls)
        case .idle, .asking, .listing, .shakingHands, .probing, .finished: break
        }
    }

    private func watchForSilence() {
        silenceTimer = loop.schedule(at: .now + Self.silenceBeforeProbe) { [self] in
            guard case .securing = phase else { return }
            silenceProbe = PlainProbe(target: target, endpoint: endpoint, on: loop) { [self] finding in
                guard case .securing = phase, finding == .plainDistribution else { return }
                fail(attempt.explain(TLSFailure(cause: .closedDuringHandshake), probe: finding))
            }
        }
    }

    // MARK: distribution handshake

    private func shakeHands(over stream: any ByteStream, prefix: HandshakeLengthPrefix) {
        var handshake = InitiatorHandshake(
            .init(
                identity: target.identity ?? .dynamic(host: target.ownHost), flags: target.flags,
                peer: target.takesAnyName ? nil : target.name,
                cookie: target.cookie,
                challenge: UInt32.random(in: .min ... .max), lengthPrefix: prefix))
        let actions = handshake.start()
        phase = .shakingHands(handshake)
        perform(actions, on: stream)
    }

    package func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) {
        guard case .shakingHands(var handshake) = phase else { return }
        let actions = handshake.received(bytes)
        phase = .shakingHands(handshake)
        perform(actions, on: stream)
    }

    private func perform(_ actions: [HandshakeAction], on stream: any ByteStream) {
        for action in actions {
            switch action {
            case .send(let bytes): stream.write(bytes)
            case .observe(let event): observer?.handshake(event)
            case .failed(let failure): return fail(attempt.explain(failure))
            case .done(let result): return succeed(result, stream)
            case .decide: break
            }
        }
    }

    private func succeed(_ result: HandshakeResult, _ stream: any ByteStream) {
        let connection = NodeConnection(
            stream: stream, handshake: result, tickTime: target.tickTime, on: loop, attempt: attempt,
            services: target.services, limits: target.limits)
        let completion = self.completion
        self.completion = nil
        self.stream = nil
        end()
        connection.begin()
        observer?.up()
        // Who asked for the connection has it before it can be lost.
        completion?(.connected(connection))
        connection.proceed(with: result.leftover)
    }

    // MARK: failing

    package func streamDrained(_ stream: any ByteStream) {}

    package func stream(_ stream: any ByteStream, closed reason: StreamClosure) {
        switch phase {
        case .dialing: fail(attempt.unconnected(reason, at: .tcp))
        case .securing: secureStreamFailed(reason)
        case .shakingHands(var handshake):
            switch reason {
            case .tls(let failure): return fail(attempt.explain(failure))
            case .tunnel: return fail(attempt.unconnected(reason, at: NodeFailure.Stage(handshake.stage)))
            default: break
            }
            guard let failure = handshake.closed() else { return }
            fail(
                attempt.explain(
                    failure, account: (stream as? any SecureStream)?.account(of: .closedDuringHandshake)))
        case .idle, .asking, .listing, .probing, .finished: break
        }
    }

    /// A close without a word after our hello has two readings, which a plain probe tells apart.
    private func secureStreamFailed(_ reason: StreamClosure) {
        let failure: TLSFailure
        switch reason {
        case .tls(let tls): failure = tls
        case .endOfStream, .reset: failure = TLSFailure(cause: .closedDuringHandshake)
        default: return fail(attempt.unconnected(reason, at: .tcp))
        }
        let found = attempt.explain(failure)
        guard failure.cause == .closedDuringHandshake, !failure.messages.contains(where: \.fromPeer) else {
            return fail(found)
        }
        stream?.close()
        silenceProbe?.cancel()
        let probe = PlainProbe(target: target, endpoint: endpoint, on: loop) { [self] finding in
            fail(attempt.explain(failure, probe: finding))
        }
        phase = .probing(probe, found)
    }

    private func setupTimeout() {
        let seconds = Self.words(target.setupTime)
        if let tunnel = target.dialer.tunnel, !isTunnelKnownToWork {
            let words = "nothing has come through it within \(seconds)"
            return fail(attempt.unconnected(.tunnel(TunnelFailure(tunnel: tunnel, words: words)), at: .tcp))
        }
        switch phase {
        case .idle, .finished: break
        case .listing: fail(attempt.notRegistered(known: nil))
        case .probing(_, let failure): fail(failure)
        case _ where target.setupTime < Self.fairTrial || target.setupTime < .seconds(1) && isResolving:
            fail(attempt.untried(within: seconds))
        case .asking(let query, let epmd):
            fail(
                query.isResolving
                    ? attempt.resolutionTimeout(host: epmd.host, after: seconds)
                    : attempt.epmdLate(query, after: seconds))
        case .dialing(let stream):
            fail(
                stream.isResolving
                    ? attempt.resolutionTimeout(host: endpoint.host, after: seconds)
                    : attempt.late(at: .tcp, after: seconds))
        case .securing: fail(attempt.late(at: .tls, after: seconds, probe: silenceProbe == nil ? nil : .unclear))
        case .shakingHands(let handshake):
            fail(attempt.late(at: NodeFailure.Stage(handshake.stage), after: seconds))
        }
    }

    /// Whether something has come through the tunnel: then the node is silent, and not the tunnel.
    private var isTunnelKnownToWork: Bool {
        switch phase {
        case .asking(let query, _): query.receivedBytes > 0
        case .dialing: hasEPMDAnswered
        case .securing, .shakingHands: hasEPMDAnswered || carried?.hasReceived ?? true
        case .idle, .listing, .probing, .finished: true
        }
    }

    /// Whether a name is being looked up.
    private var isResolving: Bool {
        switch phase {
        case .asking(let query, _): query.isResolving
        case .dialing(let stream): stream.isResolving
        default: false
        }
    }

    private static func words(_ time: Duration) -> String {
        let seconds = time / .seconds(1)
        return seconds < 1
            ? "\(Int((seconds * 1000).rounded(.up))) ms" : "\(Int(seconds.rounded(.up))) s"
    }

    /// What the program of the tunnel seems to have said itself.
    private var wordsOfCarrier: TunnelFailure? {
        switch phase {
        case .asking(let query, _), .listing(let query, _): query.wordsOfCarrier
        case .idle, .dialing, .securing, .shakingHands, .probing, .finished: carried?.wordsOfCarrier
        }
    }

    private func fail(_ found: NodeFailure) {
        var failure = found
        if failure.code != .tunnel, let words = wordsOfCarrier {
            failure = attempt.unconnected(.tunnel(words), at: failure.stage)
        }
        // What answered may be the tunnel's program.
        if let tunnel = target.dialer.tunnel, failure.code != .tunnel, failure.stage <= .name {
            failure.message += "; the way there is \(tunnel)"
        }
        let completion = self.completion
        self.completion = nil
        end()
        completion?(.failed(failure))
    }

    private func end() {
        switch phase {
        case .asking(let query, _), .listing(let query, _): query.cancel()
        case .probing(let probe, _): probe.cancel()
        case .idle, .dialing, .securing, .shakingHands, .finished: break
        }
        phase = .finished
        setupTimer?.cancel()
        silenceTimer?.cancel()
        silenceProbe?.cancel()
        stream?.close()
        stream = nil
    }

    private var attempt: OwnAttempt {
        var attempt = OwnAttempt(
            node: target.name.name, endpoint: endpoint, now: time(nil), isSecure: target.security != nil)
        attempt.cookie = "\(target.cookieOrigin), hash \(ErlangHash.of(cookie: target.cookie))"
        attempt.onFacts = { [weak observer] in observer?.failing($0) }
        if case .epmd(let host, let port) = target.portLookup {
            attempt.epmd = Endpoint(host: host ?? target.host, port: port)
        }
        return attempt
    }
}
