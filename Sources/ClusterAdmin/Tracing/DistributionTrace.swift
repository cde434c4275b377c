import ByteTransport
package import Diagnosis
import ErlangNode
import ErlangTerm
package import HandshakeTrace

/// A trace of the handshakes on one node, and on its members where that is asked for. It ends on the node when our
/// connection does. It beats while it is wanted, so that the node ends it where it hears nothing of us, but cannot see
/// that the connection is cut; and it begins anew when the connection or the node was gone.
package final class DistributionTrace {
    package enum Event {
        /// The trace is installed on a node.
        case began(NodeTraceFacts)
        case happened(TraceEvent)
        /// Events on a node that were above the rate of a second, that our connection did not take in time, or that were
        /// old when the node came to them. Those of members may be counted with the entry's.
        case dropped(node: String, Int)
        /// The trace on a node is interrupted, and begins anew as soon as that can be.
        case interrupted(node: String, reason: String)
        /// What a node tells comes late, or not at all, or is in time again.
        case timeliness(node: String, TraceTimeliness.Remark)
        /// A member cannot be traced.
        case refused(node: String, reason: String)
        /// It is over: nothing follows.
        case over(End)
    }

    package enum End {
        /// The node's time or number of messages was used up, or we asked for the end.
        case limit
        /// Somebody else traces the same functions on the node.
        case busy([(what: String, who: String)])
        case failed(NodeFailure)
    }

    /// Nodes that one entry may speak for.
    private static let nodeLimit = 4_096
    private static let beatInterval = Duration.milliseconds(250)
    private static let retryInterval = Duration.milliseconds(500)

    private let administrator: NodeAdministrator
    private let request: TraceRequest
    private let readCertificate: NodeTraceReader.CertificateReading
    private let end: Instant?
    private var loop: EventLoop { administrator.loop }
    private var readers: [String: NodeTraceReader] = [:]
    private var timeliness: [String: TraceTimeliness] = [:]
    private var session: (any LeadingSession)?
    private var running: RequestID?
    private var tracer: PID?
    private var beat: TimerHandle?
    private var retry: TimerHandle?
    private var waitingWork: WaitingWorkHandle?
    private var hasBegun = false
    private var isOver = false
    private var failuresInARow = 0
    private let onEvent: (Event) -> Void

    /// - Parameter onEvent: called while the loop runs.
    init(
        _ administrator: NodeAdministrator, _ request: TraceRequest,
        readCertificate: @escaping NodeTraceReader.CertificateReading, onEvent: @escaping (Event) -> Void
    ) {
        self.administrator = administrator
        self.request = request
        self.readCertificate = readCertificate
        self.onEvent = onEvent
        end = request.duration.map { .now + $0 }
    }

    func start() {
        waitingWork = loop.whileHandlerWaits { [weak self] in self?.sendBeat() }
        connect()
    }

    /// Asks the node to end the trace when it has told all that came before, and how much it dropped; `over` follows.
    package func askForEnd() {
        guard !isOver else { return }
        guard let tracer, let session else { return finish(.limit) }
        session.send(encoded: Self.message("stop"), to: tracer)
    }

    /// Takes the trace away. No event follows.
    package func stop() {
        guard !isOver else { return }
        isOver = true
        letGo()
    }

    private func letGo() {
        beat?.cancel()
        retry?.cancel()
        waitingWork?.cancel()
        if let running { session?.cancel(running) }
        (running, tracer, session) = (nil, nil, nil)
        administrator.close()
    }

    private func finish(_ how: End) {
        guard !isOver else { return }
        isOver = true
        letGo()
        onEvent(.over(how))
    }

    // MARK: the connection

    private func connect() {
        administrator.withSession { [weak self] result in
            guard let self, !isOver else { return }
            switch result {
            case .opened(let session):
                guard let session = session as? any LeadingSession else {
                    return finish(
                        .failed(
                            NodeFailure(
                                .rpc, stage: .up, node: administrator.node,
                                message: "the way to \(administrator.node) carries no trace",
                                remedy: "use distribution, over TLS or TCP")))
                }
                self.session = session
                session.onLost = { [weak self] failure in self?.lost(failure) }
                install()
            case .failed(let failure):
                // A node that was there comes back; one that never was is a mistake.
                guard hasBegun else { return finish(.failed(failure)) }
                tryAgain()
            }
        }
    }

    private func lost(_ failure: NodeFailure) {
        guard !isOver else { return }
        (running, tracer) = (nil, nil)
        timeliness = [:]
        if let session { administrator.forget(session) }
        session = nil
        guard hasBegun else { return finish(.failed(failure)) }
        onEvent(.interrupted(node: administrator.node, reason: failure.message))
        tryAgain()
    }

    private func tryAgain() {
        guard !isOver else { return }
        if let end, .now >= end { return finish(.limit) }
        retry?.cancel()
        retry = loop.schedule(at: .now + Self.retryInterval) { [weak self] in
            guard let self, !isOver else { return }
            if session == nil { connect() } else { install() }
        }
    }

    // MARK: the trace

    private func install() {
        guard let session else { return }
        let forms: Term
        do throws(NodeFailure) {
            forms = request.includesMembers ? try NodeProgram.traceDist.forms(for: administrator.node) : .atom("none")
        } catch {
            return finish(.failed(error))
        }
        let left = end.map { Instant.now.duration(to: $0) } ?? TraceRequest.longestRun
        let milliseconds = min(max(1, Int(left / .milliseconds(1))), Int(TraceRequest.longestRun / .milliseconds(1)))
        let bindings = [
            ProgramBinding("Forms", forms), ProgramBinding("Max", .integer(request.messages)),
            ProgramBinding("Rate", .integer(request.rate)),
            ProgramBinding("Silence", .integer(Int(request.silence / .milliseconds(1)))),
            ProgramBinding("Ttl", .integer(milliseconds)),
        ]
        running = session.run(.traceDist, bindings: bindings) { [weak self] event in
            guard let self, !isOver else { return }
            switch event {
            case .item(let item): if let item = NodeTraceItem(item) { take(item, from: administrator.node) }
            case .ended(let how): programEnded(how)
            }
        }
    }

    private func take(_ item: NodeTraceItem, from node: String) {
        let isEntry = node == administrator.node
        heard(item, from: node)
        guard !isOver else { return }
        switch item {
        case .tracing(let pid, let facts):
            if readers[node] == nil {
                guard readers.count < Self.nodeLimit else { return }
                readers[node] = NodeTraceReader(node: node, readCertificate: readCertificate)
            }
            if isEntry {
                hasBegun = true
                tracer = pid
                failuresInARow = 0
                keepBeating()
            }
            // How what it followed went on was not seen.
            _ = readers[node]?.take(item)
            timeliness[node] = TraceTimeliness(at: Self.microseconds)
            onEvent(.began(facts))
        case .busy(let found):
            if isEntry { return finish(.busy(found)) }
            onEvent(.refused(node: node, reason: "somebody else traces there: \(Self.words(found))"))
        case .event, .node:
            let events = readers[node]?.take(item) ?? []
            for event in events where !isOver { onEvent(.happened(event)) }
        case .alive: break
        case .dropped(let count): onEvent(.dropped(node: node, count))
        case .stopped(let why):
            // The entry's end is told when its process is over.
            if isEntry { lastStop = why } else { stopped(why, onMember: node) }
        case .member(let member, let inner):
            if isEntry { take(inner, from: member) }
        case .memberDown(let member, let reason):
            timeliness[member] = nil
            // One that could not be begun at all had nothing to interrupt.
            let isKnown = readers[member] != nil
            guard reason != "normal", reason != "noconnection" || isKnown else { return }
            onEvent(isKnown ? .interrupted(node: member, reason: reason) : .refused(node: member, reason: reason))
        }
    }

    /// Why the entry's trace said that it ends.
    private var lastStop: NodeTraceItem.StopReason?

    private func stopped(_ why: NodeTraceItem.StopReason, onMember node: String) {
        timeliness[node] = nil
        switch why {
        case .count: onEvent(.refused(node: node, reason: "it has passed on as many events as it may"))
        case .silence: onEvent(.interrupted(node: node, reason: unheard))
        case .time, .asked: break
        }
    }

    private var unheard: String {
        let milliseconds = Int(request.silence / .milliseconds(1))
        return "it heard nothing of us for "
            + (milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000) s" : "\(milliseconds) ms")
    }

    private func programEnded(_ how: ProgramEnd) {
        let why = lastStop
        lastStop = nil
        (running, tracer) = (nil, nil)
        timeliness = [:]
        switch how {
        case .lost: return  // onLost follows
        case .finished:
            if let end, .now + .milliseconds(50) >= end { return finish(.limit) }
            if why == .count || why == .asked { return finish(.limit) }
            if why == .silence {
                onEvent(.interrupted(node: administrator.node, reason: unheard))
                // It could say so: it hears us now.
                return install()
            }
        case .exited(let reason):
            failuresInARow += 1
            let words = TermPrinter.excerpt(reason)
            guard failuresInARow < 4 else {
                return finish(
                    .failed(
                        NodeFailure(
                            .rpc, stage: .up, node: administrator.node,
                            message: "\(administrator.node) ends our trace again and again: \(words)",
                            remedy: "somebody kills it there, or it is overwhelmed: try again with less load")))
            }
            onEvent(.interrupted(node: administrator.node, reason: "it was ended there: \(words)"))
        }
        tryAgain()
    }

    /// Who traces a node already: registered names or pids, or what is known of them otherwise.
    package static func words(_ found: [(what: String, who: String)]) -> String {
        var owners: [String] = []
        for entry in found where !entry.who.isEmpty && !owners.contains(entry.who) { owners.append(entry.who) }
        guard owners.isEmpty else { return owners.joined(separator: ", ") }
        return "patterns of an unknown owner on \(found.prefix(3).map(\.what).joined(separator: ", "))"
    }

    // MARK: in time

    private static var microseconds: Int { Int(Instant.now.nanoseconds / 1_000) }

    private func heard(_ item: NodeTraceItem, from node: String) {
        let stamp: Int? =
            switch item {
            case .event(let time, _, _), .alive(let time): time
            default: nil
            }
        let isLast = if case .alive = item { true } else { false }
        for remark in timeliness[node]?.heard(stamp, isLast: isLast, at: Self.microseconds) ?? [] {
            onEvent(.timeliness(node: node, remark))
        }
    }

    /// Looks at who has not been heard for long. What the members say comes through the entry.
    private func listen() {
        let now = Self.microseconds
        defer { lastListened = now }
        if now - lastListened > 1_000_000 {
            for node in timeliness.keys { timeliness[node]?.excuse(at: now) }
        }
        if let remark = timeliness[administrator.node]?.passed(at: now) {
            return onEvent(.timeliness(node: administrator.node, remark))
        }
        guard timeliness[administrator.node]?.isSilent != true else { return }
        for node in timeliness.keys.sorted() {
            if let remark = timeliness[node]?.passed(at: now) { onEvent(.timeliness(node: node, remark)) }
        }
    }

    private var lastListened = 0

    // MARK: beats

    private func keepBeating() {
        sendBeat()
        listen()
        beat?.cancel()
        beat = loop.schedule(at: .now + Self.beatInterval) { [weak self] in
            guard let self, tracer != nil, !isOver else { return }
            keepBeating()
        }
    }

    private func sendBeat() {
        guard let tracer, let session else { return }
        session.send(encoded: Self.beatMessage, to: tracer)
    }

    private static let beatMessage = message("beat")

    /// `{erlclu, Word}` in external term format, without the version byte.
    private static func message(_ word: String) -> [UInt8] {
        [104, 2, 119, 6] + Array("erlclu".utf8) + [119, UInt8(word.utf8.count)] + Array(word.utf8)
    }
}
