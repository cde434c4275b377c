import ByteTransport
import ErlangNode
import ErlangTerm
import HandshakeTrace

/// The program `trace_dist`: reports the handshakes of this node as they happen and, with forms, has those that it has
/// links to report theirs through it.
final class TraceProgram: NativeProgram {
    private enum End: String {
        case time
        case count
        case silence
        case asked
    }

    private let process: HostedProcess
    private let tracer: HandshakeTracer
    private let own: String
    private let links: NodeLinks
    private let loop: EventLoop
    private var allowance: TraceAllowance
    private let silence: Duration
    private let timeToLive: Duration
    /// nil where the members are not to be traced.
    private var members: TracedMembers?
    private var heard = Instant.now
    private var isDoubtful = false
    private var timers: [TimerHandle] = []
    private var silenceTimer: TimerHandle?

    private static let longestRun = 24 * 3_600_000
    private static let silences = 1_000...3_600_000
    private static let mostInSecond = 10_000
    private static let mostEvents = 1 << 40
    /// What is in the socket is read before nobody is taken to be there: this process itself may have stood still.
    private static let doubt = Duration.milliseconds(100)
    /// The members' last items come before the end.
    private static let membersPatience = Duration.milliseconds(150)

    /// - Returns: nil where the request is none.
    init?(
        _ request: ProgramRequest, for process: HostedProcess, _ tracer: HandshakeTracer, own: String,
        links: NodeLinks, on loop: EventLoop
    ) {
        guard let forms = request["Forms"], let events = request["Max"]?.integer, let rate = request["Rate"]?.integer,
            let silence = request["Silence"]?.integer, let timeToLive = request["Ttl"]?.integer
        else { return nil }
        let includesMembers = !forms.isAtom("none")
        guard !includesMembers || ProgramLabel(of: forms) == ProgramLabel(.traceDist) else { return nil }
        self.process = process
        self.tracer = tracer
        self.own = own
        self.links = links
        self.loop = loop
        func bounded(_ value: Int, _ range: ClosedRange<Int>) -> Int {
            min(max(value, range.lowerBound), range.upperBound)
        }
        let bounds = (
            events: bounded(events, 0...Self.mostEvents), rate: bounded(rate, 1...Self.mostInSecond),
            silence: bounded(silence, Self.silences), time: bounded(timeToLive, 1...Self.longestRun)
        )
        allowance = TraceAllowance(events: bounds.events, rate: bounds.rate)
        self.silence = .milliseconds(bounds.silence)
        self.timeToLive = .milliseconds(bounds.time)
        guard includesMembers else { return }
        // The programs of members are ours.
        let bindings = [
            ProgramBinding("Forms", .atom("none")), ProgramBinding("Max", .integer(bounds.events)),
            ProgramBinding("Rate", .integer(bounds.rate)), ProgramBinding("Silence", .integer(bounds.silence)),
            ProgramBinding("Ttl", .integer(bounds.time)),
        ]
        members = TracedMembers(bindings) { [weak self] in self?.relay(writing: $0) }
    }

    func begin() {
        let facts: [(Atom, Term)] = [
            ("node", .atom(Atom(own))), ("otp", .binary("")), ("way", .atom("own")), ("processes", .integer(0)),
            ("patterns", .integer(0)),
        ]
        process.emit(
            .tuple(.atom("tracing"), .pid(process.pid), .map(facts.map { MapPair(.atom($0.0), $0.1) })))
        guard !process.isOver else { return }
        tracer.add(self)
        timers.append(loop.schedule(at: .now + timeToLive) { [weak self] in self?.end(.time) })
        heard = .now
        awaitSilence()
        for link in links.members { linked(to: link) }
    }

    func cancel() {
        tracer.remove(self)
        for timer in timers { timer.cancel() }
        silenceTimer?.cancel()
        members?.cancel()
    }

    /// `{erlclu, beat | stop}`
    func take(_ message: TermView) {
        guard let parts = message.elements(tagged: "erlclu", 2) else { return }
        switch parts[1]?.atom?.name {
        case "beat": beat()
        case "stop": stop()
        default: break
        }
    }

    // MARK: the owner

    private func beat() {
        (heard, isDoubtful) = (.now, false)
        members?.send("beat")
        guard allowance.beat() else { return }
        reportDropped()
        // Nothing is missed where it is: the next one comes in a second.
        if pending <= TraceAllowance.untakenLimit { process.emit(.tuple(.atom("alive"), HandshakeTracer.now)) }
    }

    private func stop() {
        guard let members, !members.isEmpty else { return end(.asked) }
        members.send("stop")
        timers.append(loop.schedule(at: .now + Self.membersPatience) { [weak self] in self?.end(.asked) })
    }

    private func awaitSilence() {
        silenceTimer = loop.schedule(at: isDoubtful ? .now + Self.doubt : heard + silence) { [weak self] in
            self?.lookForSilence()
        }
    }

    private func lookForSilence() {
        guard heard + silence <= .now else { return awaitSilence() }
        guard isDoubtful else {
            isDoubtful = true
            return awaitSilence()
        }
        end(.silence)
    }

    private func end(_ why: End) {
        guard !process.isOver else { return }
        reportDropped()
        process.emit(.tuple(.atom("stopped"), .atom(Atom(why.rawValue))))
        process.end()
    }

    // MARK: items

    private var pending: Int { process.link.pendingOutput }

    private func reportDropped() {
        guard let count = allowance.takeDropped(pending: pending) else { return }
        process.emit(.tuple(.atom("dropped"), .integer(count)))
    }

    private func relay(writing item: (inout TermEncoder) -> Void) {
        if allowance.takes(pending: pending) { process.emit(writing: item) }
    }
}

extension TraceProgram: HandshakeTraceReader {
    func take(_ event: Term) {
        guard !process.isOver else { return }
        guard !allowance.isUsedUp else { return end(.count) }
        if allowance.takesEvent(pending: pending) { process.emit(event) }
        if allowance.isUsedUp { end(.count) }
    }

    func takeNews(_ item: Term) {
        if !process.isOver, allowance.takes(pending: pending) { process.emit(item) }
    }

    func linked(to link: NodeConnection) {
        // Who asks sees itself, and tools come and go.
        guard !process.isOver, link !== process.link, !link.hasGivenName else { return }
        members?.begin(on: link)
    }
}
