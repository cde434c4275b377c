package import ByteTransport
package import Diagnosis
package import DistributionProtocol
import ErlangTerm

/// A link to one node that is up: frames in and out, ticks, and the requests that wait for answers.
///
/// What we ask for the node spawns, linked to one process of ours, so that all of it dies with the link. What the node
/// asks for is up to `services`.
package final class NodeConnection {
    /// What the peer said of itself in the handshake.
    package let peer: PeerFacts
    /// The name that the peer gave us.
    package let ownName: NodeName

    /// Whether this side has made the link; the peer listens at its endpoint then.
    package let isDialled: Bool

    let ownPID: PID
    var requests = RequestTable()
    var leaders = LeaderTable()
    var lossObservers = LossObservers()
    /// Set when the link is over; every further request fails with it.
    private(set) var failure: NodeFailure?

    let stream: any ByteStream
    private let loop: EventLoop
    let attempt: OwnAttempt
    private let services: any PeerServices
    private var frames: FrameReader
    private let limits: TermLimits
    private var ticks: TickMonitor
    private var tickTimer: TimerHandle?
    private var pressure: OutputPressure.Handle?
    private var unaskedTick: TimerHandle?
    /// Bytes of answers that the peer asked for and has not taken.
    private var untakenAnswers = 0

    /// A node that asks for more answers than this and takes none would fill our memory: some ten thousand.
    private static let untakenAnswersLimit = 1 << 20

    /// While nothing is read, the node's ticks are not seen, which ask for ours: it gets them unasked. Its net_ticktime
    /// is at least 1 s, and it wants to hear of us four times in that.
    private static let unaskedTickInterval = Duration.milliseconds(200)

    /// - Parameters:
    ///   - tickTime: how long the peer may be silent.
    ///   - limits: how large its messages may be.
    init(
        stream: any ByteStream, handshake: HandshakeResult, tickTime: Duration, on loop: EventLoop,
        attempt: OwnAttempt, services: any PeerServices = NoServices(), limits: MessageLimits = .standard,
        isDialled: Bool = true
    ) {
        frames = FrameReader(limit: limits.frame)
        self.limits = limits.terms
        self.isDialled = isDialled
        self.peer = handshake.peer
        self.ownName = handshake.localName
        self.ownPID = PID(node: Atom(handshake.localName.name), id: 1, serial: 0, creation: handshake.localCreation)
        self.stream = stream
        self.loop = loop
        self.attempt = attempt
        self.services = services
        self.ticks = TickMonitor(
            ticktime: UInt64(max(0, tickTime / .nanoseconds(1))), now: Instant.now.nanoseconds)
    }

    /// Takes over the stream.
    func begin() {
        stream.receiver = self
        scheduleTick()
        pressure = loop.outputPressure.observe { [weak self] in self?.updateReading() }
        updateReading()
    }

    /// Takes what came behind the handshake.
    package func proceed(with leftover: [UInt8]) {
        guard failure == nil, !leftover.isEmpty else { return }
        leftover.withUnsafeBytes { receive($0) }
    }

    /// Whether the link is up.
    package var isUp: Bool { failure == nil }

    /// Messages that came and went over the link; ticks are none.
    package private(set) var messages = (received: 0, sent: 0)
    /// What the link's stream has carried; nil where nobody counts.
    package var traffic: StreamTraffic? { stream.traffic }
    /// What both ends have agreed on; nil without TLS.
    package var agreement: StreamAgreement? { stream.agreement }

    /// Bytes that the peer has not taken yet.
    package var pendingOutput: Int { stream.pendingOutput }

    /// While true nothing is read, so that the node waits before it sends more; ticks go on.
    package var isReadingPaused = false {
        didSet { updateReading() }
    }

    /// What the node sends becomes output here: while that is not taken, the node waits, too.
    private func updateReading() {
        let isPaused = isReadingPaused || loop.outputPressure.isHigh
        guard failure == nil, stream.isReadingPaused != isPaused else { return }
        // Until now silence was our doing.
        ticks.bytesRead(now: Instant.now.nanoseconds)
        stream.isReadingPaused = isPaused
        unaskedTick?.cancel()
        if isPaused { tickUnaskedLater() }
    }

    private func tickUnaskedLater() {
        unaskedTick = loop.schedule(at: .now + Self.unaskedTickInterval) { [weak self] in
            guard let self, failure == nil else { return }
            if stream.pendingOutput == 0 {
                ticks.bytesWritten(now: Instant.now.nanoseconds)
                stream.write(DistributionMessage.tick)
            }
            tickUnaskedLater()
        }
    }

    /// What requests get that come after `close`.
    package var closedByUs: NodeFailure { attempt.closedByUs }

    /// Sends a frame, unless the link is over.
    package func send(_ frame: [UInt8]) {
        guard failure == nil else { return }
        messages.sent += 1
        ticks.bytesWritten(now: Instant.now.nanoseconds)
        stream.write(frame)
    }

    /// Sends what the peer asked for: it decides how often, so it has to take it.
    func answer(_ frame: [UInt8]) {
        guard failure == nil else { return }
        send(frame)
        guard stream.pendingOutput > 0 else {
            untakenAnswers = 0
            return
        }
        untakenAnswers += frame.count
        guard untakenAnswers > Self.untakenAnswersLimit else { return }
        lose(attempt.violation(.up, "it asks for answers without end and takes none"))
    }

    /// Sends what a member says to its peer by itself.
    /// - Parameter limit: so many bytes may wait for the peer; more end the link.
    package func post(_ frame: [UInt8], limit: Int) {
        guard failure == nil else { return }
        send(frame)
        if stream.pendingOutput > limit { lose(attempt.violation(.up, "it takes nothing of what is sent to it")) }
    }

    func shutDown(_ reason: NodeFailure) {
        guard failure == nil else { return }
        failure = reason
        tickTimer?.cancel()
        pressure?.cancel()
        unaskedTick?.cancel()
        stream.close()
    }

    /// Ends the link, and tells everybody who waits for an answer or watches it, as a loss does: with `closedByUs`.
    package func disconnect() { lose(closedByUs) }

    private func lose(_ reason: NodeFailure) {
        guard failure == nil else { return }
        shutDown(reason)
        leaders.removeAll()
        LossObservers.takeAll(&requests, &lossObservers)(reason)
    }

    // MARK: liveness

    private func scheduleTick() {
        tickTimer = loop.schedule(at: Instant(nanoseconds: ticks.nextLook)) { [weak self] in self?.lookAtTicks() }
    }

    private func lookAtTicks() {
        // While we do not read, silence is our doing.
        if stream.isReadingPaused { ticks.bytesRead(now: Instant.now.nanoseconds) }
        switch ticks.look(now: Instant.now.nanoseconds) {
        case .nothing: break
        case .sendTick: stream.write(DistributionMessage.tick)
        case .peerDead(let silence): return lose(attempt.silent(for: Int(silence / 1_000_000_000)))
        }
        scheduleTick()
    }

    // MARK: receiving

    private func receive(_ bytes: UnsafeRawBufferPointer) {
        if ticks.received(now: Instant.now.nanoseconds) { stream.write(DistributionMessage.tick) }
        var chunk = bytes
        do {
            while failure == nil, let frame = try frames.next(from: &chunk) {
                switch frame {
                case .tick: break
                case .packet(let packet):
                    messages.received += 1
                    handle(try DistributionMessage(packet: packet, limits: limits))
                }
            }
        } catch let error as FrameError {
            // Our limit: the protocol has one of 4 GiB.
            lose(attempt.tooLarge(error.description))
        } catch MessageError.payloadTerm(let error) where error.isBeyondLimits {
            lose(attempt.tooLarge("\(error)"))
        } catch {
            lose(attempt.violation(.up, "\(error)"))
        }
    }

    private func handle(_ message: DistributionMessage) {
        switch message.control {
        case .spawnReply(let id, _, _, let result, _):
            spawnReplied(id, result)
        case .payloadExit(let from, let to, _):
            guard let payload = message.payload, exited(from, to, reason: payload) else { return serve(message) }
        case .send(let to, _), .sendSender(_, let to, _):
            guard let payload = message.payload else { return }
            if let receive = leaders.receiver(of: to) { return receive(.message(payload)) }
            if to == ownPID { return delivered(payload) }
            serve(message)
        case .regSend(_, to: "logger_proxy", _):
            if let payload = message.payload, let logged = leaders.loggedEvent(payload) { logged.receive(logged.event) }
        case .exit(let from, let to, let reason, _):
            guard let reason = try? DecodedTerm(packet: reason.encoded) else { return }
            if !exited(from, to, reason: reason.root) { serve(message) }
        default: serve(message)
        }
    }

    private func serve(_ message: DistributionMessage) {
        let isOurs = { [leaders, ownPID] pid in pid == ownPID || leaders.contains(pid) }
        for reply in services.replies(to: message, on: self, isOurs: isOurs) { answer(reply) }
    }

    private func spawnReplied(_ id: Reference, _ result: SpawnResult) {
        switch result {
        case .spawned(let pid):
            if case .process(let leader, let completion)? = requests[id]?.kind {
                _ = requests.remove(id)
                leaders.link(leader, pid)
                return completion(.success(pid))
            }
            // Cancelled between the request and this reply.
            if !requests.spawned(id, pid) { answer(Self.stopping(pid, from: ownPID)) }
        case .failed(let reason): requests.remove(id)?.lost(attempt.spawnRefused(reason.name))
        }
    }

    /// Ends a process of ours on the node. A program that traps exits takes this for the loss of its owner and kills
    /// what it started; everything else dies of it.
    func stop(_ pid: PID) {
        send(Self.stopping(pid, from: ownPID))
    }

    private static func stopping(_ pid: PID, from own: PID) -> [UInt8] {
        DistributionMessage.frame(.payloadExit2(from: own, to: pid), payload: .atom("shutdown"))
    }

    /// - Returns: false where nothing of ours was linked to it.
    private func exited(_ pid: PID, _ own: PID, reason: TermView) -> Bool {
        if let receive = leaders.unlink(pid, from: own) {
            receive(.exited(pid, reason: reason))
            return true
        }
        guard let request = requests.remove(pid) else { return false }
        request.exited(reason, callFailed: attempt.callFailed)
        return true
    }

    /// Items of programs are `{Tag, Item}` with the reference of their request.
    private func delivered(_ payload: TermView) {
        guard let pair = payload.elements(2), case .reference(let tag)? = pair[0]?.kind, let item = pair[1] else {
            return
        }
        requests[tag]?.item(item)
    }
}

extension NodeConnection: ByteStreamReceiver {
    package func streamOpened(_ stream: any ByteStream) {}
    package func streamDrained(_ stream: any ByteStream) { untakenAnswers = 0 }

    package func stream(_ stream: any ByteStream, received bytes: UnsafeRawBufferPointer) { receive(bytes) }

    package func stream(_ stream: any ByteStream, closed reason: StreamClosure) {
        if case .tls(let failure) = reason, case .alertReceived = failure.cause {
            return lose(attempt.explain(failure))
        }
        lose(attempt.lost(reason))
    }
}
