import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import HandshakeTrace
import TLSTransport

/// Traces the handshakes of some nodes while one is made to dial, so that both sides of it are seen.
final class HandshakeWatch {
    /// How long a trace may take to be installed; without it there is less to tell, and that is all.
    private static let patience = Duration.seconds(2)
    /// The acceptor may have more to say when the initiator has given up.
    private static let settlingTime = Duration.milliseconds(400)

    /// A busy machine keeps us silent for longer than one thinks; closed connections end the traces at once.
    private static let silence = Duration.seconds(3)

    private var traces: [DistributionTrace] = []
    private var ledger = AttemptLedger(explain: AttemptExplanation.failure(of:))
    private var loop: EventLoop?
    private var begun: Set<String> = []
    /// Why nodes are not traced.
    private(set) var refusals: [String: String] = [:]
    /// Nodes whose clocks are known to be wrong, and by how many microseconds they are ahead.
    private let clocks: [String: Int]
    private let onEvent: (TraceEvent) -> Void

    /// - Parameters:
    ///   - clocks: is taken off the times of the node's events, so that both ends of a connection fit together.
    ///   - onEvent: is told what happens while it does.
    init(clocks: [String: Int] = [:], onEvent: @escaping (TraceEvent) -> Void = { _ in }) {
        self.clocks = clocks
        self.onEvent = onEvent
    }

    /// Begins to trace `node`, and returns when that is so, or cannot be.
    /// - Parameter members: nodes that are traced too, through it.
    func watch(_ node: any Administration, members: [String] = []) {
        let name = node.node
        loop = node.loop
        let request = TraceRequest(
            duration: .seconds(60), includesMembers: !members.isEmpty, silence: Self.silence)
        let trace = node.traceDistribution(
            request, readCertificate: { (try? Certificate(der: $0))?.facts }
        ) { [weak self] event in self?.take(event, of: name) }
        if let trace { traces.append(trace) }
        let wanted = Set(members + [name])
        _ = node.loop.run(until: .now + Self.patience) { wanted.isSubset(of: begun.union(refusals.keys)) }
    }

    private func take(_ event: DistributionTrace.Event, of node: String) {
        switch event {
        case .began(let facts):
            begun.insert(facts.node)
            refusals[facts.node] = nil
        case .happened(var event):
            if case .node(let name) = event.vantage { event.time &-= clocks[name] ?? 0 }
            ledger.add(event)
            onEvent(event)
        case .dropped, .timeliness: break
        case .interrupted(let node, let reason), .refused(let node, let reason): refusals[node] = reason
        case .over(.limit): refusals[node] = "its trace is over"
        case .over(.busy(let found)): refusals[node] = "somebody else traces there: \(DistributionTrace.words(found))"
        case .over(.failed(let failure)): refusals[node] = failure.message
        }
    }

    /// Waits for what both ends still have to say, and takes the traces away.
    func finish() {
        _ = loop?.run(until: .now + Self.settlingTime) { false }
        for trace in traces { trace.stop() }
        traces = []
    }

    /// The last attempt of one node to connect to another, if it was seen.
    func attempt(from: String, to: String) -> ConnectionAttempt? {
        let own = ledger.attempts.filter { $0.initiator.name == from && $0.acceptor.name == to }
        return own.last { !$0.isLook } ?? own.last
    }

    /// Why it failed. Where both dialled at once one attempt gives way, and comes to what the other comes to.
    func failure(from: String, to: String) -> NodeFailure? {
        let own = ownFailure(from: from, to: to)
        guard own == nil || own?.code == .nok || attempt(from: from, to: to)?.isLook == true else { return own }
        return ownFailure(from: to, to: from) ?? own
    }

    private func ownFailure(from: String, to: String) -> NodeFailure? {
        if case .failed(let failure)? = attempt(from: from, to: to)?.result { failure } else { nil }
    }
}

extension ConnectionAttempt {
    /// A node that has failed to connect looks whether the other one listens, and says nothing there. That connection
    /// has no name either, so that the other's end of it may be taken for that of the attempt.
    fileprivate var isLook: Bool {
        if case .failed(let failure) = result {
            failure.code == .protocolViolation && failure.stage == .name
        } else {
            false
        }
    }
}
